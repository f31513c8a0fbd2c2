"""SR Policies to their headend over BGP (RFC 9830), injected into a GoBGP by its gRPC interface.

What netkit has announced is on record, and only that is ever altered or withdrawn.
"""
