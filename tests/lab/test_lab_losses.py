"""A link that loses packets as its file says: each loss is put down to it, of replies too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from goldens import ROOT
from lab_topologies import igp_routes, needs_root, plan_all

from netkit.files.native.topology import load_topology
from netkit.lab.drills.calm import calm
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.model.measurement.sample import Outcome
from netkit.report.ledger_line import LedgerCause
from netkit.workflows.lab_results import measured_pair
from netkit.workflows.lab_stated import Stated

pytestmark = [pytest.mark.lab, needs_root]

PAIR = ("qingpu-dc", "wuhu-dc")
LOSS_PPB = 250_000_000


@pytest.mark.parametrize("backend", ["wire", "htb"])
def test_every_loss_is_that_of_the_link(backend):
    quiet = calm(load_topology(ROOT / "topologies" / "lab-region.yaml"))
    plan, _ = plan_all(quiet)
    lossy = plan.pair[PAIR].primary.path.links[0]
    links = tuple(
        replace(link, loss_ab_ppb=LOSS_PPB, loss_ba_ppb=LOSS_PPB) if link.id == lossy else link
        for link in quiet.links
    )
    topology = replace(quiet, links=links)
    plan, configs = plan_all(topology)
    names = [node.name for node in topology.active_nodes]
    with Lab.boot(topology, igp_routes(topology), configs, hosts=names, backend=backend) as lab:
        (pair,) = measure(lab, [PAIR], count=80, interval_ms=10).pairs
    outcomes = {one.sample.outcome for one in pair.traced}
    assert {Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD} <= outcomes
    for one in pair.traced:
        if one.sample.outcome is Outcome.LOST_FORWARD:
            assert one.forward.lost_on == lossy
        if one.sample.outcome is Outcome.LOST_BACKWARD:
            assert (one.forward.lost_on, one.backward.lost_on) == (None, lossy)
    found = measured_pair(Stated(topology), pair, plan.pair[PAIR], plan.pair[PAIR[::-1]])
    for way in (found.forward, found.backward):
        assert LedgerCause.VANISHED not in {doubt.cause for doubt in way.ledger.inconclusive}
    assert found.path_proven
