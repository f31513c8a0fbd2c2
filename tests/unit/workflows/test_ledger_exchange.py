"""Probes that an exchange loses on the first of its two legs: nobody knows yet to which member."""

from __future__ import annotations

import dataclasses

import pytest
from lab_topologies import plan_all, two_sides

from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.model.network.topology import Topology
from netkit.report.ledger_line import LedgerCause, LedgerLine
from netkit.workflows.lab_ledger import LedgerProbe, ledger_line
from netkit.workflows.lab_stated import Stated

SIDES = two_sides()
PAIR = ("w2", "x")
PLAN = plan_all(SIDES)[0].pair[PAIR]
LINK, LEG = ("ix:w2~x", "w2"), ("ix:w2", "w2")
HELD_NS = 450_000


def losing(share_ppb: int | None) -> Topology:
    """Every leg loses so much."""
    (fabric,) = SIDES.fabrics
    members = tuple(dataclasses.replace(one, loss_ppb=share_ppb) for one in fabric.members)
    return dataclasses.replace(SIDES, fabrics=(dataclasses.replace(fabric, members=members),))


ARRIVED = LedgerProbe(
    HELD_NS + 30_000, ProbeTruth(None, (Hop(*LINK, "x", 0, HELD_NS, HELD_NS),)), lost=False
)


def lost_on(link: str, headend: str) -> LedgerProbe:
    hop = Hop(link, headend, "ix", 0, None, None)
    return LedgerProbe(None, ProbeTruth(None, (hop,)), lost=True)


def told(
    arrived: int, lost: int, share_ppb: int | None, where: tuple[str, str] = LEG
) -> LedgerLine:
    probes = [*[ARRIVED] * arrived, *[lost_on(*where)] * lost]
    return ledger_line(Stated(losing(share_ppb)), PLAN, probes)


def causes(findings) -> list[tuple[LedgerCause, str | None, int]]:
    return [(one.cause, one.link, one.probes) for one in findings]


def test_the_pair_goes_over_the_exchange() -> None:
    assert PLAN.primary.certificate.links == (LINK,)


def test_what_a_leg_loses_as_its_file_says_contradicts_nothing() -> None:
    line = told(80, 20, 200_000_000)
    assert (line.contradictions, line.inconclusive) == ((), ())


def test_one_probe_of_many_that_the_machine_lost_there_is_a_doubt() -> None:
    line = told(99, 1, None)
    assert line.contradictions == ()
    assert causes(line.inconclusive) == [(LedgerCause.FEW_LOST, "ix:w2", 1)]


@pytest.mark.parametrize("share_ppb", [None, 200_000_000])
def test_a_leg_that_loses_more_is_named(share_ppb: int | None) -> None:
    line = told(40, 60, share_ppb)
    assert causes(line.contradictions) == [(LedgerCause.LOST, "ix:w2", 60)]


@pytest.mark.parametrize("where", [("ix:e2", "e2"), ("ix:w2", "ix"), ("other:w2", "w2")])
def test_on_a_leg_by_which_no_certified_link_begins_it_has_strayed(where: tuple[str, str]) -> None:
    line = told(99, 1, None, where)
    assert causes(line.contradictions) == [(LedgerCause.OFF_CERTIFICATE, where[0], 1)]
