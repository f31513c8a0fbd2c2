"""Addresses of peers, whatever becomes of the interfaces on the way to them."""

from __future__ import annotations

from netkit.probe.agent.flow import Destination
from netkit.probe.kernel.addresses import interface_number
from netkit.probe.run.agent.names import find


def test_an_interface_that_is_not_there_leaves_the_address():
    """Its probes are counted as not sent, by the reason; looking up goes on."""
    assert find(Destination(("::1",), 862, "nosuch0")) == ("::1", 862, 0, 0)


def test_interfaces_have_numbers_while_they_are_there():
    assert [interface_number(one) for one in ("nosuch0", None)] == [0, 0]
    assert interface_number("lo") == 1
