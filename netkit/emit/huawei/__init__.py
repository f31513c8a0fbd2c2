"""Huawei VRP (NE40E): the text that ``display current-configuration`` prints, and the XML of the
vendor's YANG 8.22.

A :class:`~netkit.model.router_state.RouterState` comes in and goes out. The text follows the NE40E
configuration guide V800R023C00SPC500; the behaviours are those of RFC 8986.
"""
