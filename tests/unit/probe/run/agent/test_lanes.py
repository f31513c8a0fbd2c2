"""Which address the sockets of an agent send from, which a host may get later or lose."""

from __future__ import annotations

import pytest

from netkit.model.measurement.campaign import Site
from netkit.probe.agent.fleet import Fleet
from netkit.probe.agent.flow import AgentFlow, Destination, FlowKey
from netkit.probe.run.agent import lanes as module
from netkit.probe.run.agent.lanes import Lanes

S = 10**9
FIRST, SECOND = "127.0.0.7", "127.0.0.8"
PEER = ("127.0.0.1", 8620)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The addresses that this host has: those of loopback come and go."""
    found: set[str] = set()
    monkeypatch.setattr(module, "is_own", lambda address, _interface: address in found)
    return found


@pytest.fixture
def fleet() -> Fleet:
    key, to = FlowKey("mesh", "a", "b", "be"), Destination(PEER[:1], PEER[1])
    made = Fleet([AgentFlow(key, to, 1, S, S, 60 * S, 0, 0)])
    made.begin(0, 0)
    return made


def placed(fleet: Fleet, *addresses: str) -> Lanes:
    made = Lanes(fleet, Site("a", addresses).literals)
    made.place(0, PEER)
    return made


def source(lanes: Lanes) -> str:
    """Of the one socket that there is, at its descriptor."""
    (lane,) = lanes._by_number
    return str(lane.socket._udp.getsockname()[0])


def test_an_address_that_comes_later_is_sent_from_once_it_is_there(own, fleet):
    """As where the host has just started, or its interface was made anew."""
    lanes = placed(fleet, FIRST)
    assert source(lanes) == "0.0.0.0"
    assert lanes.renew() == []
    assert source(lanes) == "0.0.0.0"
    own.add(FIRST)
    lanes.renew()
    assert source(lanes) == FIRST
    lanes.close()


def test_what_a_host_reaches_itself_by_is_not_sent_from(own, fleet):
    """Nobody else would answer it."""
    own.add("127.0.0.1")
    lanes = placed(fleet, "127.0.0.1")
    assert source(lanes) == "0.0.0.0"
    lanes.close()


def test_of_several_addresses_the_first_that_the_host_has_is_sent_from(own, fleet):
    own.add(SECOND)
    lanes = placed(fleet, "name.example", "2001:db8::1", FIRST, SECOND)
    assert source(lanes) == SECOND
    own.add(FIRST)
    lanes.renew()
    assert source(lanes) == FIRST
    own.clear()
    lanes.renew()
    assert source(lanes) == "0.0.0.0"
    lanes.close()


def test_another_address_after_sighup_takes_the_place_of_the_socket(own, fleet):
    own.update({FIRST, SECOND})
    lanes = placed(fleet, FIRST)
    assert source(lanes) == FIRST
    lanes.send_from(Site("a", (SECOND,)).literals)
    lanes.place(0, PEER)
    assert source(lanes) == SECOND
    lanes.close()
