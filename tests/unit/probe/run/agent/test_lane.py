"""One socket of an agent: whose each transmit stamp is, with room for all that wait for theirs."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import numpy as np
import pytest
from reflector_process import free_port, kernel_stamps, reflecting
from waiting import until

from netkit.probe.agent.fleet import Due, Fleet
from netkit.probe.agent.flow import AgentFlow, Destination, FlowKey
from netkit.probe.clock.reading import read_clocks
from netkit.probe.run.agent.lanes import Lanes
from netkit.stats.sample_arrays import UNKNOWN

S = 10**9
MANY = 300


@pytest.fixture
def peer() -> Iterator[tuple[str, int]]:
    """Somebody who answers nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        yield udp.getsockname()


def fleet_of(count: int, peer: tuple[str, int]) -> tuple[Fleet, Lanes]:
    to = Destination(peer[:1], peer[1])
    flows = [
        AgentFlow(FlowKey("mesh", "a", "b", str(number)), to, 1 + number, S, S, 60 * S, 0, 0)
        for number in range(count)
    ]
    made = Fleet(flows)
    made.begin(0, 0)
    lanes = Lanes(made, ())
    for number in range(count):
        lanes.place(number, peer)
    return made, lanes


def stamped(fleet: Fleet) -> int:
    return int((fleet.rows["t1_ns"][fleet.state["base"]] != UNKNOWN).sum())


def test_a_lane_of_one_flow_takes_little_room_and_one_of_many_has_it(peer):
    """A hub may have as many lanes as segment lists; they had a megabyte each in the end."""
    for count, least, most in ((1, 1 << 10, 1 << 10), (MANY, MANY, 1 << 16)):
        fleet, lanes = fleet_of(count, peer)
        lanes.send(fleet.take_due(read_clocks()))
        (lane,) = lanes._by_number
        assert least <= lane._stamped.shape[1] <= most
        lanes.close()


def test_room_is_made_while_stamps_are_waited_for(peer):
    """None of them is taken for another probe's."""
    with kernel_stamps():
        fleet, lanes = fleet_of(MANY, peer)
        due = fleet.take_due(read_clocks())
        assert len(due.flows) == MANY
        for first, end in ((0, 1), (1, 3), (3, 40), (40, MANY)):
            part = slice(first, end)
            lanes.send(Due(due.flows[part], due.sequences[part], due.timestamp))

        def all_are() -> bool:
            lanes.take_in()
            return stamped(fleet) == MANY

        until(all_are, "a stamp of each probe")
        t1_ns = fleet.rows["t1_ns"][fleet.state["base"]]
        assert (np.diff(t1_ns) >= 0).all(), "they left in this order"
        lanes.close()


def test_answers_over_ipv4_are_known_after_those_over_ipv6():
    """Lanes receive in the same place, where longer addresses leave their ends behind."""
    port = free_port()
    with reflecting("--bind", "::1", "--bind", "127.0.0.1", "--port", str(port), "--rate", "0"):
        fleet, lanes = fleet_of(2, ("::1", port, 0, 0))
        lanes.place(1, ("127.0.0.1", port))
        due = fleet.take_due(read_clocks())
        for flow, place in enumerate(fleet.state["base"].tolist()):
            part = slice(flow, flow + 1)
            lanes.send(Due(due.flows[part], due.sequences[part], due.timestamp))

            def answered(place: int = place) -> bool:
                lanes.take_in()
                return bool(fleet.rows["answers"][place])

            until(answered, "an answer")
        assert not fleet.counters
        lanes.close()
