"""What the planner hands out is figures, ids and causes: no string in it is a sentence."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum

import pytest
from goldens import ROOT

from netkit.files.native.topology import load_topology
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES
from netkit.planner.plan import plan_demands
from netkit.planner.relaxation.relaxations import with_relaxations
from netkit.planner.relaxation.what_to_build import to_build
from netkit.workflows.place import places

GBPS = 10**9
TOPOLOGY = load_topology(ROOT / "topologies" / "lab-region.yaml")
TIERS = tuple(PROFILES["2023"].tiers.values())


def roomy(topology: Topology) -> Topology:
    links = tuple(
        replace(link, capacity_bps=10 * GBPS if number % 5 else None)
        for number, link in enumerate(topology.links)
    )
    return replace(topology, links=links)


def asked() -> Iterator[Demand]:
    """Demands of every kind between some routers, most of them out of reach."""
    names = [node.name for node in TOPOLOGY.active_nodes]
    kinds = itertools.cycle((
        Demand("", "", 300), Demand("", "", 3_000), Demand("", "", 30_000, bandwidth_bps=8 * GBPS),
        Demand("", "", 9_000, constraints=Constraints(max_hops=1)),
        Demand("", "", 9_000, constraints=Constraints(max_jitter_us=1)),
        Demand("", "", 30_000, bandwidth_bps=90 * GBPS),
    ))  # fmt: skip
    for src, dst in itertools.islice(itertools.permutations(names, 2), 0, 60, 2):
        yield replace(next(kinds), src=src, dst=dst)


@pytest.fixture(scope="module")
def plan() -> Plan:
    topology = roomy(TOPOLOGY)
    options = PlanOptions(share=2, alternatives=3, max_sids=3)
    made = plan_demands(topology, list(asked()), options)
    return replace(
        made,
        pairs=tuple(with_relaxations(topology, pair, options, TIERS, ()) for pair in made.pairs),
    )


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from strings(getattr(value, one.name))
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from strings(item)


def test_no_string_of_a_plan_is_a_sentence(plan: Plan) -> None:
    causes = {pair.reason.cause for pair in plan.pairs if pair.reason is not None}
    assert len(causes) >= 4
    assert any(pair.reason.relaxations for pair in plan.pairs if pair.reason is not None)
    for kind in ("backup_reason", "alternatives_reason", "margin"):
        assert any(getattr(pair, kind) is not None for pair in plan.pairs), kind
    assert [text for pair in plan.pairs for text in strings(pair) if " " in text] == []


@pytest.mark.parametrize(
    ("file", "src", "dst", "bound_us"),
    [("lab-region", "wuhu-dc", "qingpu-dc", 3_000),
     ("lab-two-operators", "shanghai-ct", "shanghai-cm", 1_000)],
)  # fmt: skip
def test_no_string_of_what_to_build_is_a_sentence(
    file: str, src: str, dst: str, bound_us: int
) -> None:
    demand = Demand(src, dst, bound_us, constraints=Constraints(max_hops=1))
    topology = load_topology(ROOT / "topologies" / f"{file}.yaml")
    (built,) = to_build(topology, demand, PlanOptions())
    assert built.addition is not None
    assert {built.addition.links[0].a, built.addition.links[0].b} == {src, dst}
    assert [text for text in strings(built) if " " in text] == []


def test_no_string_of_a_refusal_is_a_sentence() -> None:
    backbone = places(load_topology(ROOT / "topologies" / "lab-metro.yaml"))
    refusals = [
        found.refusal
        for city, workload in itertools.product(backbone.words, backbone.classes)
        if (found := backbone.place(city, workload)).refusal is not None
    ]
    assert refusals
    said = {text for one in refusals for text in strings(replace(one, site=None, sites=()))}
    assert [text for text in said if " " in text] == []


def test_a_plan_pickles_and_compares_by_its_figures(plan: Plan) -> None:
    again = pickle.loads(pickle.dumps(plan))
    assert again == plan
    place = next(
        at for at, pair in enumerate(plan.pairs)
        if pair.reason is not None and pair.reason.shortages
    )  # fmt: skip
    why = plan.pairs[place].reason
    other = replace(why, evidence=replace(why.evidence, best_us=why.evidence.best_us + 1))
    assert replace(plan.pairs[place], reason=other) != plan.pairs[place]
