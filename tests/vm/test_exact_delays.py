"""In virtual time nothing is late: what a lab adds is the same for every probe, and is asserted.

Run in a guest by ``make lab-vm``, which also holds two runs against each other.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from exact_delays import at, link_errors, measured, pair_errors, planned

from netkit.files.native.topology import load_topology
from netkit.lab.drills.calm import calm
from netkit.planner.network.igp import routing_tables

TOPOLOGIES = Path(__file__).parents[2] / "topologies"
LABS = ("lab-metro", "lab-region", "lab-two-operators", "lab-planes")
PROBES = 20
LINK_PROBES = 100
LINK_P99_US = 20
PAIR_P50_US = 5


@pytest.fixture(scope="module", params=LABS)
def run(request):
    """A small lab with netem: its topology, its plan, what was measured."""
    topology, plan = planned(TOPOLOGIES / f"{request.param}.yaml")
    return topology, plan, measured(topology, plan, "netem", PROBES)


def test_every_probe_arrives_over_certified_links_alone(run):
    _, plan, pairs = run
    certificate = {(p.demand.src, p.demand.dst): p.primary and p.primary.certificate
                   for p in plan.pairs}  # fmt: skip
    assert pairs
    for pair in pairs:
        there, back = certificate[pair.src, pair.dst], certificate[pair.dst, pair.src]
        assert sum(one.backward is not None for one in pair.traced) == PROBES
        assert pair.path_proven(there, back), (pair.src, pair.dst)


def test_every_pair_is_as_planned(run):
    topology, _, pairs = run
    ends, in_hosts_ns = pair_errors(topology, pairs)
    rows = [
        [*pair, len(raw), at(raw, 0.5), at(raw, 0.99), at(of, 0.5), at(of, 0.99)]
        for pair, (raw, of) in ends.items()
    ]
    _keep(f"pairs-{topology.name}", {"in_hosts_us": in_hosts_ns / 1000, "pairs": rows})
    far = {pair: at(of, 0.5) for pair, (_, of) in ends.items() if abs(at(of, 0.5)) > PAIR_P50_US}
    assert far == {}


@pytest.mark.parametrize("lab", LABS)
def test_every_link_holds_as_asked(lab):
    topology = calm(load_topology(TOPOLOGIES / f"{lab}.yaml"))
    links = link_errors(topology, routing_tables(topology), "netem", LINK_PROBES)
    rows = [[*link, len(of), round(at(of, 0.5)), round(at(of, 0.99))] for link, of in links.items()]
    _keep(f"links-{lab}", rows)
    assert {link: at(of, 0.99) for link, of in links.items() if at(of, 0.99) > LINK_P99_US} == {}
    assert {link: min(of) for link, of in links.items() if min(of) < 0} == {}


def _keep(name, table):
    folder = os.environ.get("NETKIT_VM_OUT")
    if folder is not None:
        text = json.dumps(table, indent=1, ensure_ascii=False)
        Path(folder, f"{name}.json").write_text(text, encoding="utf-8")
