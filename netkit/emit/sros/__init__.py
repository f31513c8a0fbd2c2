"""Nokia SR OS: MD-CLI text, and NETCONF XML of the vendor's ``nokia-conf`` (RFC 8754, RFC 9256).

The state of a router comes in, its ``.cfg`` and ``.xml`` go out, and back. MD-CLI words are the
names of the YANG nodes, so that both files are one tree of statements, printed twice.
"""
