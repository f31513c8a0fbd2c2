"""Sockets, timestamps, batched system calls, privileges: all of the kernel that probes touch.

Datagrams with the stamps that the kernel took come out of here, and go in.
"""
