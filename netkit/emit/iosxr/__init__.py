"""Cisco IOS XR with uSIDs of the layout F3216: CLI text, and NETCONF XML of the vendor's models.

The state of a router comes in, its ``.cfg`` and ``.xml`` go out, and back (RFC 9256, RFC 9800).
The XML says more than the text: where no source confirms the words of the CLI, they are not
written. It differs by release, so that a dialect is of one.
"""
