"""The kernel's part of the lab: namespaces, veth pairs, router set-up, packet sockets, cleaning up.

Names and addresses come in; interfaces, routes and processes are made and taken away again.
"""
