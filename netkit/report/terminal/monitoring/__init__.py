"""Lines of watching: where changes come from, and alarms."""
