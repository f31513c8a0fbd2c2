"""Repair lists by hand: the cases that RFC 9855 draws."""

from __future__ import annotations

import dataclasses

import pytest

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.survival import Carrier, Failure, FailureKind, Outcome
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.protection.failure_sweep import effects
from netkit.planner.protection.ti_lfa import Failed, Reconverged, Repairs


def ring(*names: str) -> Topology:
    """Equal metrics, 1 ms a link."""
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate(names, start=1))
    ends = zip(names, (*names[1:], names[0]), strict=True)
    links = tuple(Link(a + b, a, b, 1_000, 1_000, 10, 10) for a, b in ends)
    return Topology("ring", nodes, links)


def igp_of(topology: Topology) -> Igp:
    return Igp.of(Network.of(topology))


@pytest.mark.parametrize(
    ("names", "sids"),
    [("abc", 0), ("abcd", 1), ("abcde", 1), ("abcdef", 1), ("abcdefg", 1)],
)
def test_a_ring_needs_one_sid_at_most(names: str, sids: int) -> None:
    igp = igp_of(ring(*names))
    gone = Failed.by(Failure(FailureKind.LINK, "ab"), igp.network)
    repairs = Repairs(igp, gone.arcs, Reconverged(igp, gone.arcs))
    repair = repairs.repair(0, 1, land=False)
    assert repair is not None
    assert (repair.sids, repair.worst_us) == (sids, 1_000 * (len(names) - 1))


def test_what_is_repaired_what_is_switched_what_is_lost() -> None:
    topology = ring(*"abcd")
    igp = igp_of(topology)
    plan = plan_demands(topology, [Demand("a", "b", 2_500)])
    (link,) = effects(igp, Failure(FailureKind.LINK, "ab"), plan.pairs)
    slow = Outcome(Verdict.BREACH, 3_000, 2, Carrier.PRIMARY)
    assert link.repair == slow
    assert link.backup == Outcome(Verdict.BREACH)
    assert link.reconverged == dataclasses.replace(slow, sids=1)
