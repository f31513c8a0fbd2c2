"""Juniper Junos (MX, ACX): text in braces or ``set`` commands, and XML of the vendor's YANG.

A :class:`~netkit.model.router_state.RouterState` comes in and goes out. Text and XML are two
spellings of one tree. uSIDs are those of RFC 9800, in Junos from 23.4R1 on.
"""
