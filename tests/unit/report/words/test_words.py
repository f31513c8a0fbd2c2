"""Every value that a pure room hands out has its sentence, and the sentence names its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import get_args

import pytest
from goldens import check_golden

from netkit.model.network.elements import CapacityPool, Link
from netkit.model.placement.workload import BackupNeed, Obstacle, Refusal, Site
from netkit.model.planning.absent_lists import (
    AlternativesObstacle,
    AlternativesReason,
    BackupObstacle,
    BackupReason,
    Disjointness,
    DisjointPairReason,
    PairObstacle,
)
from netkit.model.planning.addition import Addition, AdditionKind
from netkit.model.planning.reason import (
    Cause,
    ConstraintsBind,
    Evidence,
    FloorOverBound,
    Margin,
    NoPath,
    NoRoom,
    NotAdvertised,
    OtherSteering,
    Reason,
    RoomLacking,
    SteeringOption,
    TooManySids,
    TooSlow,
)
from netkit.model.planning.relaxation import Relaxation, RelaxationKind, WaivedConstraint
from netkit.model.planning.reservation import Shortage, SplitObstacle, SplitRefusal
from netkit.report.words.backups import alternatives_text, backup_text, disjoint_pair_text
from netkit.report.words.capacity import split_text
from netkit.report.words.constraints import constraint_text
from netkit.report.words.placement import refusal_text
from netkit.report.words.reasons import reason_text
from netkit.report.words.relaxations import margin_text, relaxation_text
from netkit.report.words.units import delay_text, gbps_text

FULL = Shortage(
    CapacityPool("trunk", "xian", 40_000_000_000), 37_000_000_000, 7_000_000_000,
    (("luoyang", "wuhan", 30_000_000_000), ("xian", "wuhan", 6_500_000_000)),
)  # fmt: skip
THIN = Shortage(CapacityPool("ix", "wuhan", 2_000_000_000, inward=True), 0, 8_000_000_000)
UNSTATED = Shortage(CapacityPool("spur", "yulin", None), 0, None)

LISTS = SplitRefusal(SplitObstacle.LISTS, 3, lists=5)
SPLITS = (
    SplitRefusal(SplitObstacle.WAYPOINTS, 3),
    LISTS,
    SplitRefusal(SplitObstacle.CAPACITY, 3, carried_bps=9_250_000_000),
    SplitRefusal(SplitObstacle.DISJOINT, 3),
)

CUT = OtherSteering(SteeringOption.BINDING_SIDS, ("xian", "wuhan"))
REASONS: tuple[Evidence, ...] = (
    FloorOverBound(5_000, 6_432.4, 7_001),
    FloorOverBound(5_000, 6_432.4, None),
    NoPath("east", "west"),
    NoPath("east", "east"),
    TooSlow(5_000, 7_001, (("trunk", 4_004), ("spur", 2_997)), 3_333.3),
    TooSlow(5_000, 7_001, (("trunk", 7_001),), None),
    ConstraintsBind(7_001, 4_004, (("max_jitter_us", 4_500), ("max_hops", 4_600)),
                    (("jitter", 12),), 98),
    ConstraintsBind(None, 4_004, (), (), 98),
    TooManySids(5_000, 4_004, 5_501, 12),
    TooManySids(5_000, 4_004, None, None),
    TooManySids(5_000, 4_004, 4_900, 12, CUT),
    TooManySids(5_000, 4_004, None, 12, OtherSteering(SteeringOption.STITCH_BORDER, ())),
    NoRoom(10_000_000_000, 4_004, 3_000_000_000, (FULL, THIN)),
    NoRoom(10_000_000_000, 4_004, None, (FULL, THIN, UNSTATED, UNSTATED, UNSTATED), LISTS),
    NotAdvertised(4_004, None, (("xian", None), ("xian", "spur")), 3, 9, 1, 24),
    NotAdvertised(4_004, "wuhan", (), 1, 9, 2, 24),
    NotAdvertised(4_004, "wuhan", (), 9, 9, 24, 24, nothing=True),
)  # fmt: skip

TRUNK = Addition(
    AdditionKind.LINK, "new-1", None, 812.4, False, links=(Link("new-1", "a", "b", 9, 9, 1, 1),)
)
IN_JITTER = WaivedConstraint("max_jitter_us", 1_500)
RELAXATIONS = (
    Relaxation(RelaxationKind.LIMIT, 4_004, waived=(IN_JITTER,), limit=2_250),
    Relaxation(
        RelaxationKind.LIMIT, 4_004, waived=(WaivedConstraint("max_loss_ppb", 5_000),), limit=20_000
    ),
    Relaxation(RelaxationKind.LIMIT, 4_004, waived=(WaivedConstraint("max_hops", 3),), limit=4),
    Relaxation(
        RelaxationKind.CONSTRAINTS, 4_004,
        waived=(WaivedConstraint("exclude_nodes", "xian"), WaivedConstraint("include_any")),
    ),
    Relaxation(RelaxationKind.CONSTRAINTS, 4_004, waived=(IN_JITTER,), sids=12),
    Relaxation(RelaxationKind.SIDS, 4_004, sids=12),
    Relaxation(RelaxationKind.BOUND, 4_004, bound_us=4_004),
    Relaxation(RelaxationKind.TIER, 4_004, bound_us=20_000, tier="20ms"),
    Relaxation(RelaxationKind.BANDWIDTH, 4_004, bandwidth_bps=2_500_000_000),
    Relaxation(RelaxationKind.CAPACITY, 4_004, shortages=(FULL, UNSTATED)),
    Relaxation(
        RelaxationKind.SHORTEN, 4_004, link=("trunk", "xian"), delay_us=2_001, label="trunk-back",
        from_us=3_003,
    ),
    Relaxation(RelaxationKind.BUILD, 4_004, addition=TRUNK, room_bps=2_500_000_000),
    Relaxation(RelaxationKind.BUILD, 4_004, addition=replace(
        TRUNK, kind=AdditionKind.DIRECT_CONNECT, km=None)),
    Relaxation(RelaxationKind.BUILD, 4_004, addition=Addition(
        AdditionKind.EXCHANGE, "ix-1", "Wuhan", None, False)),
    Relaxation(RelaxationKind.BUILD, 4_004, addition=Addition(
        AdditionKind.NODE, "yulin", "Yulin", 120.6, True)),
)  # fmt: skip

MARGINS = (
    Margin(1_001, 3_003, RoomLacking((FULL, UNSTATED))),
    *(Margin(1_001, 3_003, evidence) for evidence in (REASONS[0], REASONS[4], REASONS[8])),
)

BACKUPS = (
    BackupReason(BackupObstacle.CONSTRAINTS, 5_000),
    BackupReason(BackupObstacle.BINDING_SID, 5_000, 4_900),
    BackupReason(BackupObstacle.DELAY, 5_000, 5_501),
    BackupReason(BackupObstacle.SHARED_RISK, 5_000, 4_004, Disjointness(srlgs=False)),
    BackupReason(BackupObstacle.SHARED_RISK, 5_000, 4_004, Disjointness(nodes=False)),
    BackupReason(BackupObstacle.SHARED_RISK, 5_000, 4_004, Disjointness(False, False)),
    BackupReason(BackupObstacle.LINKS, 5_000, bandwidth_bps=2_500_000_000),
    BackupReason(BackupObstacle.SPLIT, 5_000, shares=2, split=LISTS),
)

PAIRS = tuple(DisjointPairReason(obstacle, 5_000, 100_000) for obstacle in PairObstacle)

ALTERNATIVES = (
    AlternativesReason(AlternativesObstacle.WAYPOINTS, 5_000),
    AlternativesReason(AlternativesObstacle.SID_LIMIT, 5_000, 1_000, 4),
    AlternativesReason(AlternativesObstacle.PATHS, 5_000, 7, 4),
    AlternativesReason(AlternativesObstacle.PATHS, 5_000, 1, 1),
)

NORTH = Site("north", ("n",), capacity=120.5, bandwidth_bps=9_000_000_000)
SOUTH = Site("south", ("s",))
REFUSALS = (
    Refusal(Obstacle.TARGET, targets=("city", "green")),
    Refusal(Obstacle.DISCONNECTED, sites=(NORTH, SOUTH)),
    Refusal(Obstacle.DELAY, SOUTH, 7_001, 2_001, 5_000, targets=("city", "green")),
    Refusal(Obstacle.BACKUP, SOUTH, 4_004, backup=BackupNeed.PLACE),
    Refusal(Obstacle.BACKUP, SOUTH, 4_004, backup=BackupNeed.DISJOINT),
    Refusal(Obstacle.CAPACITY, sites=(NORTH, SOUTH)),
    Refusal(Obstacle.CAPACITY, sites=(NORTH,), amount=30.25),
)

Case = tuple[Callable[..., str], Iterable[object]]
CASES: dict[str, Case] = {
    "reasons": (reason_text, REASONS),
    "relaxations": (relaxation_text, RELAXATIONS),
    "margins": (margin_text, MARGINS),
    "splits": (split_text, SPLITS),
    "backups": (backup_text, BACKUPS),
    "disjoint pairs": (disjoint_pair_text, PAIRS),
    "alternatives": (alternatives_text, ALTERNATIVES),
    "placement": (refusal_text, REFUSALS),
}


def test_golden_sentences() -> None:
    told = [
        f"{name}\n" + "".join(f"  {words(value)}\n" for value in values)
        for name, (words, values) in CASES.items()
    ]
    check_golden("report/words.txt", "\n".join(told))


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (Cause, {one.cause for one in REASONS}),
        (get_args(Evidence), {type(one) for one in REASONS}),
        (RelaxationKind, {one.kind for one in RELAXATIONS}),
        (SplitObstacle, {one.obstacle for one in SPLITS}),
        (BackupObstacle, {one.obstacle for one in BACKUPS}),
        (PairObstacle, {one.obstacle for one in PAIRS}),
        (AlternativesObstacle, {one.obstacle for one in ALTERNATIVES}),
        (Obstacle, {one.obstacle for one in REFUSALS}),
        (SteeringOption, {one.other.option for one in REASONS
                          if isinstance(one, TooManySids) and one.other}),
    ],
)  # fmt: skip
def test_every_cause_has_a_sentence(kinds: Iterable[object], said: set[object]) -> None:
    assert said == set(kinds)


def test_no_two_values_have_the_same_sentence() -> None:
    for name, (words, values) in CASES.items():
        sentences = [words(value) for value in values]
        assert all(sentences), name
        assert len(set(sentences)) == len(sentences), name


def told_of(value: object, field: str = "") -> Iterator[str]:
    """How each figure and name of a value is written; flags and causes are words of their own."""
    if isinstance(value, bool | Enum | frozenset | None):
        return
    if is_dataclass(value):
        for one in fields(value):
            yield from told_of(getattr(value, one.name), one.name)
    elif isinstance(value, tuple):
        for item in value:
            yield from told_of(item, field)
    elif isinstance(value, str):
        yield constraint_text(value) if field == "enough" else value
    elif field.endswith("_us") or field in ("slowest", "enough"):
        yield delay_text(value)
    elif field.endswith("_bps") or field == "holders":
        yield gbps_text(value)
    else:
        yield f"{value:g}"


@pytest.mark.parametrize(
    "evidence", [one for one in REASONS if one not in (REASONS[10], REASONS[13])], ids=reason_text
)
def test_a_reason_names_all_its_figures(evidence: Evidence) -> None:
    """Two examples leave figures out on purpose: a list that cannot be stitched, many shortages."""
    figures = set(told_of(evidence))
    if isinstance(evidence, NoRoom):
        figures.discard(gbps_text(0))  # a pool of which nothing is held
    if isinstance(evidence, ConstraintsBind) and not evidence.unstated:
        figures.discard(str(evidence.adjacencies))
    assert figures
    assert [one for one in sorted(figures) if one not in reason_text(evidence)] == []


@pytest.mark.parametrize("refusal", [REFUSALS[0], REFUSALS[2], *REFUSALS[5:]], ids=refusal_text)
def test_a_refusal_names_all_its_figures(refusal: Refusal) -> None:
    text = refusal_text(refusal)
    routers = {router for site in (NORTH, SOUTH) for router in site.nodes}
    assert [one for one in told_of(refusal) if one not in text and one not in routers] == []


def test_beyond_three_shortages_only_their_number_is_told() -> None:
    text = reason_text(REASONS[13])
    assert text.count("nobody states") == 1
    assert "; and 2 more links; no bandwidth would fit; 5 lists would carry it, over 3" in text


def test_the_same_figures_are_the_same_reason() -> None:
    assert Reason(REASONS[0]) == Reason(FloorOverBound(5_000, 6_432.4, 7_001))
    assert Reason(REASONS[0]) != Reason(REASONS[1])
    assert hash(Reason(REASONS[12])) == hash(Reason(replace(REASONS[12])))
