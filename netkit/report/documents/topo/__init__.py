"""What ``netkit topo`` lists of a topology, as JSON."""
