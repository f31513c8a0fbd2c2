"""``netkit advise`` and ``netkit detour``: tables, files, exit codes, and what they refuse."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import pytest
from command import invoked
from goldens import ROOT, check_golden
from rich.console import Console, RenderableType
from small_topologies import line

from netkit.api import AdviceOptions, Demand, advise, detours, fixing_links, load_topology, plan
from netkit.errors import ExitCode, InputError
from netkit.model.network.elements import Link, Status
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology
from netkit.model.planning.addition import AdditionKind
from netkit.model.planning.augmentation import Method
from netkit.report.terminal.advice import advice_tables
from netkit.report.terminal.detour import detour_table

TWO = ROOT / "topologies" / "lab-two-operators.yaml"
NATIONAL = ROOT / "topologies" / "east-data-west-compute.yaml"
PAIRS = [
    ("shanghai-ct", "shanghai-cm"),
    ("wuhu-dc-ct", "wuhu-dc-cm"),
    ("wuhu-dc-ct", "nanjing-ct"),
]


def run(*arguments: str):
    return invoked(*arguments)


def drawn(table: RenderableType, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(table)
    return "\n".join(text.rstrip() for text in out.getvalue().splitlines()) + "\n"


def placed(topology: Topology, step_deg: float = 1.0) -> Topology:
    """Nodes along the equator."""
    nodes = [
        dataclasses.replace(node, coordinates=Coordinates(0.0, number * step_deg))
        for number, node in enumerate(topology.nodes)
    ]
    return dataclasses.replace(topology, nodes=tuple(nodes))


@pytest.mark.parametrize("width", [80, 120])
def test_golden_tables(width: int) -> None:
    topology = load_topology(TWO)
    advice = advise(topology, PAIRS)
    check_golden(f"report/advise-{width}.txt", drawn(advice_tables(advice, width=width), width))
    pairs = [*PAIRS, *((dst, src) for src, dst in PAIRS)]
    table = detour_table(topology, plan(topology, pairs), detours(topology, pairs), width=width)
    check_golden(f"report/detour-{width}.txt", drawn(table, width))


def test_what_is_written_can_be_planned_on(tmp_path: Path) -> None:
    built = tmp_path / "built.yaml"
    result = run("advise", str(NATIONAL), "--json", "-o", str(built), "--top", "1")
    assert result.exit_code == ExitCode.BREACH
    document = json.loads(result.stdout)
    planned = json.loads(run("plan", str(built), "--no-backups", "--json").stdout)
    verdicts = {(pair["src"], pair["dst"]): pair["verdict"] for pair in planned["pairs"]}
    after = {(pair["src"], pair["dst"]): pair["verdict_after"] for pair in document["pairs"]}
    assert verdicts == after
    assert document["set"]["certified"] == document["set"]["covered"] > 0
    before = {row["scope"]: row["inside_before"] for row in document["scopes"]}
    today = json.loads(run("plan", str(NATIONAL), "--no-backups", "--json").stdout)["pairs"]
    assert before["all"] == sum(pair["verdict"] == "pass" for pair in today)


def test_a_city_router_that_hands_over_becomes_a_border_router(tmp_path: Path) -> None:
    built = tmp_path / "built.yaml"
    words = ("--candidates", "direct-connect", "-k", "1", "--pair", "lanzhou-ct:lanzhou-cm")
    assert run("advise", str(NATIONAL), *words, "-o", str(built)).exit_code == ExitCode.BREACH
    assert load_topology(built).node["lanzhou-cm"].role == "border"


def test_nothing_to_build_is_good() -> None:
    result = run("advise", str(TWO), "--pair", "wuhu-dc-ct:nanjing-ct")
    assert result.exit_code == ExitCode.OK
    assert "nothing to build" in result.stdout
    assert run("detour", str(TWO), "--pair", "wuhu-dc-ct:nanjing-ct").exit_code == ExitCode.OK


def test_without_coordinates_and_places_it_says_what_is_missing() -> None:
    advice = advise(line(50_000), [Demand("a", "b", 100)])
    assert advice.considered == 0
    assert "new links need coordinates" in drawn(advice_tables(advice, width=100), 100)


def test_two_links_on_one_path_are_seen_when_both_are_built() -> None:
    """Each gap takes 50 ms less with a cable; the pair over both gaps needs both cables."""
    slow = placed(line(50_000, 100, 50_000))
    pairs = [Demand("a", "b", 5_000), Demand("c", "d", 5_000), Demand("a", "d", 5_000)]
    rule = dataclasses.replace(AdviceOptions().rule, max_km=200.0)
    best = advise(slow, pairs, AdviceOptions(rule=rule, k=2)).best
    assert (best.covered, best.together, best.method, best.proved) == (2, 3, Method.MILP, True)


def test_a_budget_holds_and_planned_links_are_candidates() -> None:
    slow = placed(line(50_000, 50_000))
    planned = Link("spare", "a", "b", 900, 900, 5, 5, length_km=150.0, status=Status.PLANNED)
    slow = dataclasses.replace(slow, links=(*slow.links, planned))
    pairs = [Demand("a", "b", 1_000), Demand("b", "c", 1_000)]
    advice = advise(slow, pairs, AdviceOptions(k=2, budget_km=200.0))
    assert sum(one.km for one in advice.best.additions) <= 200.0
    (one,) = advice.best.additions
    assert one.name == "spare"
    assert one.planned
    assert advice.built.link["spare"].status is Status.ACTIVE


def test_light_and_other_limits_are_told_apart() -> None:
    slow = placed(line(50_000, 300))
    nodes = [
        dataclasses.replace(n, sid_limits=dataclasses.replace(n.sid_limits, max_h_encaps=0))
        for n in slow.nodes
    ]
    stuck = dataclasses.replace(slow, nodes=tuple(nodes))
    advice = advise(stuck, [Demand("a", "b", 100), Demand("b", "c", 600)])
    assert (advice.beyond_light, advice.not_for_delay, advice.out_of_reach) == (1, 1, 0)


def test_the_worst_of_each_scope_come_first() -> None:
    arguments = ("detour", str(TWO), "--pairs", "all", "--json")
    every = json.loads(run(*arguments).stdout)["pairs"]
    some = json.loads(run(*arguments, "--top", "3").stdout)["pairs"]
    assert [pair["scope"] for pair in some] == ["region"] * 3 + ["city"] * 3
    for scope in ("region", "city"):
        own = [pair for pair in every if pair["scope"] == scope]
        times = [pair["best_ms"] / pair["direct_ms"] for pair in own]
        assert times == sorted(times, reverse=True)
        assert [pair for pair in some if pair["scope"] == scope] == own[:3]
        for there, back in zip(own[::2], own[1::2], strict=True):
            assert (there["src"], there["dst"]) == (back["dst"], back["src"])


def test_one_pair_has_its_fixes() -> None:
    first, *others = fixing_links(load_topology(TWO), Demand("shanghai-ct", "shanghai-cm", 1_000))
    assert first.addition.kind is AdditionKind.DIRECT_CONNECT
    assert first.inside
    assert all(other.delay_us >= first.delay_us for other in others if other.inside)


def test_explain_names_what_to_build() -> None:
    shown = run("explain", str(NATIONAL), "horinger-dc-ct", "kunming-ct", "--json")
    (pair,) = json.loads(shown.stdout)["pairs"]
    last = pair["reason"]["relaxations"][-1]
    assert last["kind"] == "build"
    assert last["text"].startswith("build a link between ")
    assert last["guaranteed_ms"] <= pair["bound_ms"]
    hopeless = run("explain", str(TWO), "shanghai-ct", "wuhu-dc-ct", "--bound", "1ms", "--json")
    (pair,) = json.loads(hopeless.stdout)["pairs"]
    assert "build" not in {one["kind"] for one in pair["reason"]["relaxations"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("advise", str(TWO), "--candidates", "links,canals"),
            "links or direct-connect",
        ),
        (("detour", str(TWO), "--by", "guess"), "best or guaranteed"),
        (("advise", str(TWO), "--pair", "nanjing-ct:nowhere"), "unknown node"),
    ],
)
def test_what_is_refused(words: tuple[str, ...], said: str) -> None:
    error = run(*words).exception
    assert isinstance(error, InputError)
    assert said in str(error)
