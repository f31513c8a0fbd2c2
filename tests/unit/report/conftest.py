"""A small backbone of two operators, its plan written by hand, and measurements of it."""

from dataclasses import replace

import pytest

from netkit.model.network.elements import (
    Link,
    LinkKind,
    Node,
    Role,
    Status,
)
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology
from netkit.model.planning.absent_lists import BackupObstacle, BackupReason, Disjointness
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.reason import FloorOverBound, Reason
from netkit.model.srv6.segment_list import Behavior, CandidatePath, Certificate, Path, Segment
from netkit.model.verdict import Verdict
from netkit.report.ledger_line import CertainDelay, LedgerCause, LedgerFinding, LedgerLine
from netkit.report.results import (
    DirectionMeasured,
    LabFacts,
    LoopResults,
    PairMeasured,
    RunFacts,
)

EXCHANGE_LINK = "ix-north:taiyuan~tianjin-west"


def _node(name, role, index, operator, lat, lon, place=None, status=Status.ACTIVE):
    where = None if lat is None else Coordinates(lat, lon)
    return Node(name, role, index, operator, place, None, where, status=status)


def make_topology():
    nodes = (
        _node("zhongwei", Role.CLUSTER, 1, "east", 37.55, 105.2, "Zhongwei"),
        _node("xian", Role.CORE, 2, "east", 34.26, 108.94, "Xi'an"),
        _node("beijing", Role.CORE, 3, "east", 39.9, 116.41, "Beijing"),
        _node("taiyuan", Role.CITY, 4, "east", 37.87, 112.55, "Taiyuan"),
        _node("beijing-bd", Role.BORDER, 5, "east", 39.9, 116.41, "Beijing"),
        _node("beijing-west", Role.BORDER, 6, "west", 39.9, 116.41, "Beijing"),
        _node("tianjin-west", Role.CITY, 7, "west", 39.13, 117.2, "Tianjin"),
        _node("nowhere", Role.CITY, 8, "west", None, None),
        _node("yulin", Role.CITY, 9, "east", 38.28, 109.73, "Yulin", Status.PLANNED),
    )

    def link(id_, a, b, delay_us, metric=10, kind=LinkKind.TRUNK):
        return Link(id_, a, b, delay_us, delay_us + 7, metric, metric, kind=kind)

    links = (
        link("zw-xa", "zhongwei", "xian", 3960),
        link("xa-bj-1", "xian", "beijing", 7190),
        link("xa-bj-2", "xian", "beijing", 7905),
        link("zw-ty", "zhongwei", "taiyuan", 5100, 30),
        link("ty-bj", "taiyuan", "beijing", 3150, 30),
        link("bj-bd", "beijing", "beijing-bd", 20),
        link("bd-x", "beijing-bd", "beijing-west", 35, 1, LinkKind.DIRECT_CONNECT),
        link("bjw-tj", "beijing-west", "tianjin-west", 980),
        link("tj-nw", "tianjin-west", "nowhere", 610),
    )
    members = (FabricMember("taiyuan", 15), FabricMember("tianjin-west", 2600))
    fabric = Fabric("ix-north", members, "Shijiazhuang", Coordinates(38.04, 114.51))
    return Topology("two-capitals", nodes, links, (fabric,))


def _candidate(topology, nodes, links, *segments, branches=1, worse_us=0):
    hops = [topology.adjacency[key] for key in zip(links, nodes, strict=False)]
    best_us = sum(hop.delay_us for hop in hops)
    path = Path(nodes, links, sum(hop.metric for hop in hops), best_us)
    crossed = tuple(sorted(hop.key for hop in hops))
    certificate = Certificate(best_us + worse_us, best_us, branches, crossed, tuple(sorted(nodes)))
    return CandidatePath(segments, path, certificate)


def _end_x(node, link):
    return Segment(Behavior.END_X, node, link)


def make_plan(topology):
    beijing = Demand("zhongwei", "beijing", 20_000, "20ms")
    there = _candidate(
        topology, ("zhongwei", "xian", "beijing"), ("zw-xa", "xa-bj-1"), _end_x("xian", "xa-bj-1")
    )
    spare = _candidate(
        topology, ("zhongwei", "taiyuan", "beijing"), ("zw-ty", "ty-bj"),
        Segment(Behavior.END, "taiyuan"),
    )  # fmt: skip
    back = _candidate(
        topology, ("beijing", "xian", "zhongwei"), ("xa-bj-1", "zw-xa"), branches=2, worse_us=715
    )
    across = _candidate(
        topology, ("zhongwei", "taiyuan", "tianjin-west"), ("zw-ty", EXCHANGE_LINK),
        Segment(Behavior.END, "taiyuan"), _end_x("taiyuan", EXCHANGE_LINK),
    )  # fmt: skip
    across_back = _candidate(
        topology,
        ("tianjin-west", "beijing-west", "beijing-bd", "beijing", "taiyuan", "zhongwei"),
        ("bjw-tj", "bd-x", "bj-bd", "ty-bj", "zw-ty"),
        _end_x("beijing-west", "bd-x"), _end_x("beijing", "ty-bj"),
        Segment(Behavior.END, "taiyuan"),
    )  # fmt: skip
    tianjin = Demand("zhongwei", "tianjin-west", 20_000, "20ms")
    too_far = Reason(FloorOverBound(bound_us=5_000, floor_us=6_432.0, best_us=None))
    return Plan(
        topology.name,
        "2023",
        (
            PairPlan(beijing, Verdict.PASS, 4873.6, there.path, there, spare),
            PairPlan(
                replace(beijing, src="beijing", dst="zhongwei"), Verdict.PASS, 4873.6, back.path,
                back, backup_reason=BackupReason(BackupObstacle.LINKS, 20_000),
            ),
            PairPlan(
                tianjin, Verdict.PASS, 5149.2, across.path, across,
                backup_reason=BackupReason(
                    BackupObstacle.SHARED_RISK, 20_000, 12_345, Disjointness(nodes=False)
                ),
            ),
            PairPlan(
                replace(tianjin, src="tianjin-west", dst="zhongwei"), Verdict.PASS, 5149.2,
                across_back.path, across_back,
                backup_reason=BackupReason(BackupObstacle.DELAY, 20_000, 21_007),
            ),
            PairPlan(
                Demand("nowhere", "zhongwei", 5_000, "5ms"), Verdict.BREACH, None, reason=too_far
            ),
        ),
    )  # fmt: skip


def direction(planned_ms, *, sent=100, lost=0, shift_ms=0.02, certified=None):
    got = sent - lost
    delays = tuple(planned_ms + shift_ms + 0.002 * (i % 10) for i in range(got))
    ordered = sorted(delays)
    return DirectionMeasured(
        sent, lost, ordered[0], ordered[got // 2], ordered[-1], planned_ms + 0.011, delays,
        tuple(0.001 * (i % 5 - 1) for i in range(got)), got,
        got if certified is None else certified,
    )  # fmt: skip


def make_results(topology, plan):
    slow = LedgerFinding(LedgerCause.TOO_SLOW, 100, "zw-xa", "zhongwei", 1_234.5)
    vanished = LedgerFinding(LedgerCause.VANISHED, 1)
    certain = CertainDelay(True, 11.9, 13.254321, 12.45, Verdict.PASS)
    doubtful = CertainDelay(False, None, None, 11.92, Verdict.UNKNOWN)
    there = LedgerLine(11.15, 11.15, 12.4, 12.421, 0.0, 100, 3, (slow,), certain=certain)
    back = LedgerLine(
        11.879, 11.879, 11.88, 11.901, 0.0, 100, inconclusive=(vanished,), certain=doubtful
    )
    unheard = DirectionMeasured(100, 100)
    measured = {
        ("zhongwei", "beijing"): PairMeasured(
            replace(direction(11.15), ledger=there),
            replace(direction(11.879, lost=1), ledger=back),
            Verdict.PASS,
            True,
            0.012,
        ),
        ("zhongwei", "tianjin-west"): PairMeasured(
            direction(7.715, shift_ms=0.9, certified=97), unheard, Verdict.UNKNOWN, False
        ),
    }
    lab = LabFacts(
        True,
        "user-space wire",
        8,
        9,
        1.234567,
        "one kernel clock for both ends",
        not_emulated=("mtu_bytes of tj-nw: 9216 here, and nothing larger is sent",),
    )
    run = RunFacts("0.1.0", "2026-01-02T03:04:05Z", "testbed")
    return LoopResults(topology, plan, lab, measured, run)


@pytest.fixture(scope="session")
def topology():
    return make_topology()


@pytest.fixture(scope="session")
def plan(topology):
    return make_plan(topology)


@pytest.fixture(scope="session")
def results(topology, plan):
    return make_results(topology, plan)


@pytest.fixture(scope="session")
def unrun(topology, plan):
    lab = LabFacts(False, skipped_because="the lab needs root", remedy="sudo make demo")
    return LoopResults(topology, plan, lab)
