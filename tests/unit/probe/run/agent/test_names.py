"""Addresses of peers, whatever becomes of the interfaces on the way to them."""

from __future__ import annotations

import pytest

from netkit.probe.agent.flow import Destination
from netkit.probe.kernel.addresses import Address, interface_number
from netkit.probe.run.agent import names
from netkit.probe.run.agent.names import find


def test_an_interface_that_is_not_there_leaves_the_address():
    """Its probes are counted as not sent, by the reason; looking up goes on."""
    assert find(Destination(("::1",), 862, "nosuch0")) == ("::1", 862, 0, 0)


def test_interfaces_have_numbers_while_they_are_there():
    assert [interface_number(one) for one in ("nosuch0", None)] == [0, 0]
    assert interface_number("lo") == 1


SIX: list[Address] = [("2001:db8::1", 862, 0, 0), ("2001:db8::2", 862, 0, 0)]
FOUR: Address = ("192.0.2.1", 862)


@pytest.mark.parametrize(
    ("known", "ways", "wanted"),
    [
        (SIX[1], [*SIX, FOUR], SIX[1]),
        (None, [*SIX, FOUR], SIX[0]),
        (SIX[1], [SIX[0], FOUR], SIX[0]),
        (FOUR, [*SIX, FOUR], SIX[0]),
        (FOUR, [FOUR], FOUR),
        (("2001:db8::9", 862, 0, 0), [*SIX], SIX[0]),
    ],
)
def test_an_address_stays_while_others_of_its_name_are_no_better(monkeypatch, known, ways, wanted):
    monkeypatch.setattr(names, "addresses_of", lambda _name, _port: [*SIX, FOUR])
    monkeypatch.setattr(names, "has_way", lambda address, _interface: address in ways)
    assert find(Destination(("peer.example",), 862), known) == wanted
