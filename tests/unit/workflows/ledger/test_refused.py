"""Probes for which a router of the lab sends an ICMP error are lost in it."""

from __future__ import annotations

import pytest
from goldens import ROOT

from netkit.api import load_topology, plan
from netkit.lab.truth.traced import PairMeasurement, TracedSample
from netkit.model.measurement.sample import Outcome, Sample
from netkit.report.ledger_line import LedgerCause
from netkit.workflows.lab_results import measured_pair
from netkit.workflows.lab_stated import Stated

PAIR = ("qingpu-dc", "wuhu-dc")


@pytest.mark.parametrize(
    ("outcome", "causes"),
    [(Outcome.REFUSED, [LedgerCause.SWALLOWED]), (Outcome.LOST, [LedgerCause.SWALLOWED]),
     (Outcome.NOT_SENT, [])],
)  # fmt: skip
def test_what_a_headend_has_no_way_on_for_is_told(outcome, causes):
    topology = load_topology(ROOT / "topologies" / "lab-region.yaml")
    answers = plan(topology, [PAIR, PAIR[::-1]])
    traced = tuple(TracedSample(Sample(n, outcome), None, None) for n in range(20))
    there, back = answers.pair[PAIR], answers.pair[PAIR[::-1]]
    found = measured_pair(Stated(topology), PairMeasurement(*PAIR, None, traced), there, back)
    assert [one.cause for one in found.forward.ledger.contradictions] == causes
    assert found.backward.ledger.contradictions == ()
