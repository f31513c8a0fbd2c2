"""``netkit locate`` and ``netkit alarms``: where changes come from, and who is told."""
