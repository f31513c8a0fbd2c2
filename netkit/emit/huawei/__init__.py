"""Huawei VRP (NE40E): text as the router prints it, and XML of the vendor's YANG.

A :class:`~netkit.model.router_state.RouterState` comes in and goes out. The text follows the NE40E
configuration guide V800R023C00SPC500, the XML YANG 8.22; the behaviours are those of RFC 8986.
"""
