"""The Session-Reflector of RFC 8762 with the TLVs of RFC 8972, 9503 and 9534.

A datagram, its stamps and the time come in; a reply, or why there is none, goes out. ``server``
alone has sockets.
"""
