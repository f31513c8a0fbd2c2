"""STAMP (RFC 8762, RFC 8972): engines without sockets, and the sockets that drive them.

Engines take bytes, stamps and the time as arguments; ``kernel`` alone touches sockets, ``run``
puts the two together.
"""
