"""A plan as plain values and back, by what tells it from the plan that a loop began from.

Of a pair that was planned anew its lists are kept, with their certificates: what routers are given,
and what danger is told by. What explains a list is left to who plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.srv6.segment_list import (
    Behavior,
    Binding,
    CandidatePath,
    Certificate,
    Path,
    Segment,
    Share,
)
from netkit.model.verdict import Verdict
from netkit.workflows.routers.audit import plan_digest

_Plain = Any


def plan_to_plain(plan: Plan, begun: Plan) -> dict[str, _Plain]:
    """The pairs of ``plan`` that are not those of ``begun``, by their places, and a digest of
    all."""
    both = zip(plan.pairs, begun.pairs, strict=True)
    pairs = [_pair(place, now) for place, (now, then) in enumerate(both) if now != then]
    return {"plan": plan_digest(plan), "pairs": pairs}


def plan_from_plain(found: Mapping[str, _Plain], begun: Plan) -> Plan:
    """The plan again; raises ValueError where it is not the one that was kept, and what Python
    raises for values that are none."""
    pairs = list(begun.pairs)
    for one in found["pairs"]:
        pairs[one["place"]] = _read_pair(one, begun.pairs[one["place"]])
    plan = replace(begun, pairs=tuple(pairs))
    if plan_digest(plan) != found["plan"]:
        raise ValueError("its lists are not those of its digest")
    return plan


def segments_to_plain(segments: Iterable[Segment]) -> list[_Plain]:
    """A segment list."""
    return [asdict(one) for one in segments]


def segments_from_plain(found: Iterable[Mapping[str, _Plain]]) -> tuple[Segment, ...]:
    """A segment list again."""
    return tuple(Segment(**{**one, "kind": Behavior(one["kind"])}) for one in found)


def _pair(place: int, pair: PairPlan) -> dict[str, _Plain]:
    return {
        "place": place,
        "verdict": pair.verdict.value,
        "primary": _maybe(pair.primary),
        "backup": _maybe(pair.backup),
        "alternatives": [_candidate(one) for one in pair.alternatives],
        "shares": [_share(one) for one in pair.shares],
        "backup_shares": [_share(one) for one in pair.backup_shares],
    }


def _read_pair(found: Mapping[str, _Plain], begun: PairPlan) -> PairPlan:
    return PairPlan(
        begun.demand,
        Verdict(found["verdict"]),
        begun.floor_us,
        primary=_read_maybe(found["primary"]),
        backup=_read_maybe(found["backup"]),
        unsteered=begun.unsteered,
        alternatives=tuple(map(_read_candidate, found["alternatives"])),
        shares=tuple(_read_shares(found["shares"])),
        backup_shares=tuple(_read_shares(found["backup_shares"])),
    )


def _share(one: Share) -> dict[str, _Plain]:
    return {"weight": one.weight, "list": _candidate(one.candidate)}


def _read_shares(found: Iterable[Mapping[str, _Plain]]) -> Iterator[Share]:
    return (Share(one["weight"], _read_candidate(one["list"])) for one in found)


def _maybe(one: CandidatePath | None) -> dict[str, _Plain] | None:
    return None if one is None else _candidate(one)


def _read_maybe(found: Mapping[str, _Plain] | None) -> CandidatePath | None:
    return None if found is None else _read_candidate(found)


def _candidate(one: CandidatePath) -> dict[str, _Plain]:
    return {
        "segments": segments_to_plain(one.segments),
        "path": asdict(one.path),
        "certificate": asdict(one.certificate),
        "bindings": [asdict(binding) for binding in one.bindings],
        "usid": one.usid,
    }


def _read_candidate(found: Mapping[str, _Plain]) -> CandidatePath:
    path, held = dict(found["path"]), dict(found["certificate"])
    path |= {"nodes": tuple(path["nodes"]), "links": tuple(path["links"])}
    held |= {"nodes": tuple(held["nodes"]), "links": tuple(map(tuple, held["links"]))}
    return CandidatePath(
        segments_from_plain(found["segments"]),
        Path(**path),
        Certificate(**held),
        tuple(Binding(**one) for one in found["bindings"]),
        found["usid"],
    )
