"""A router's configuration over NETCONF (RFC 6241): candidate, validated, committed on probation,
read back, and then confirmed or taken back.

Configurations are merged into what the router has: nothing else in it is touched.
"""
