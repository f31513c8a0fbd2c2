"""netkit's own topology format (docs/topology-format.md), read, checked and written.

A YAML document comes in, a :class:`~netkit.model.network.topology.Topology` goes out, or every
problem of the file at once. What was read can be written back to the same topology.
"""
