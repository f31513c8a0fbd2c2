"""Juniper Junos (MX, ACX): the text that ``show configuration`` prints, and the XML of the vendor's
YANG 24.4R1.

A :class:`~netkit.model.router_state.RouterState` comes in and goes out. Text and XML are two
spellings of one tree. uSIDs are those of RFC 9800, in Junos from 23.4R1 on.
"""
