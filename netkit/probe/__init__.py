"""STAMP sessions: engines without sockets, and the sockets that drive them."""
