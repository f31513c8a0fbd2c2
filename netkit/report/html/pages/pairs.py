"""The pairs of a plan, a summary and a store, put together: each once, with both directions.

Delays are whole µs here, as the planner counts; what was measured is rounded to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from netkit.model.verdict import Verdict, worst
from netkit.report.html.pages.sources import Plain, Sources

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """One direction: what the plan says (``plan``, of plan.json; ``said``, of summary.json) and
    what was measured; each None where nothing does."""

    src: str
    dst: str
    plan: Plain = None
    said: Plain = None
    measured: Plain = None

    def planned(self, of_plan: str, of_summary: str) -> Plain:
        """A figure that both documents have under different names."""
        if self.plan is not None:
            return self.plan.get(of_plan)
        return None if self.said is None else self.said.get(of_summary)

    @property
    def verdict(self) -> Verdict | None:
        """The plan's; None where this direction was not planned."""
        word = self.planned("verdict", "plan_verdict")
        return None if word is None else Verdict(word)


@dataclass(frozen=True, slots=True)
class Pair:
    """A two-way pair; ``back`` is None where only one direction was asked for. ``flow`` names the
    campaign and the flow of one that stands for what was measured over time."""

    there: Way
    back: Way | None
    tier: str | None
    bound_us: int | None
    floor_us: int | None
    measured: Plain
    flow: str | None = None

    @property
    def ways(self) -> tuple[Way, ...]:
        """Its directions."""
        return (self.there,) if self.back is None else (self.there, self.back)

    @property
    def verdict(self) -> Verdict:
        """What was measured; where nothing was, the worse of both directions' plans."""
        if self.measured is not None:
            return Verdict(self.measured["verdict"])
        return worst(way.verdict for way in self.ways if way.verdict is not None)


def microseconds(value_ms: float | None) -> int | None:
    """A documented delay in ms as whole µs; missing stays missing."""
    return None if value_ms is None else round(value_ms * 1000)


def joined_pairs(sources: Sources) -> list[Pair]:
    """All pairs, those of the summary first, in the documents' order."""
    planned = {(one["src"], one["dst"]): one for one in _pairs(sources.plan)}
    found: dict[Ends, Pair] = {}
    for said in _pairs(sources.summary):
        found[said["src"], said["dst"]] = _from_summary(said, planned)
    for ends, plan in planned.items():
        if ends not in found and ends[::-1] not in found:
            found[ends] = _from_plan(plan, planned.get(ends[::-1]))
    alone = _over_time(sources.over_time, found)
    return [*found.values(), *alone]


def _over_time(document: Plain, found: dict[Ends, Pair]) -> list[Pair]:
    """Flows that are pairs of their own; one that is alone between the ends of a planned pair is
    what was measured of it, where nothing else is known to have been."""
    flows = list(_pairs(document))
    count = Counter((one["src"], one["dst"]) for one in flows)
    alone = []
    for one in flows:
        ends = (one["src"], one["dst"])
        known = ends if ends in found else ends[::-1]
        if known not in found:
            alone.append(_from_flow(one))
        elif count[ends] == 1 and found[known].measured is None:
            found[known] = _measured_by(found[known], one)
    return alone


def _measured_by(pair: Pair, one: Plain) -> Pair:
    there, back = (one["there"], one["back"])
    if pair.there.src != one["src"]:
        there, back = back, there
    ways = [None if way is None else replace(way, measured=_seen(seen))
            for way, seen in ((pair.there, there), (pair.back, back))]  # fmt: skip
    return replace(pair, there=ways[0] or pair.there, back=ways[1], measured=_whole(one))


def _from_flow(one: Plain) -> Pair:
    src, dst = one["src"], one["dst"]
    there = Way(src, dst, measured=_seen(one["there"]))
    back = None if one["back"] is None else Way(dst, src, measured=_seen(one["back"]))
    bound_us = microseconds(one["bound_ms"])
    flow = f"{one['campaign']} {one['flow']}"
    return Pair(there, back, None, bound_us, None, _whole(one), flow)


def _whole(one: Plain) -> Plain:
    unsure = [way["uncertainty_ms"] for way in (one["there"], one["back"]) if way is not None]
    known = [value for value in unsure if value is not None]
    most = max(known) if known and len(known) == len(unsure) else None
    return {"verdict": one["verdict"], "uncertainty_ms": most}


def _seen(way: Plain) -> Plain:
    """A direction as a summary has it: what is judged is the 99th percentile with the clocks
    counted, or what is certain of the least delay whatever they say."""
    if way is None:
        return None
    least, most = way["certified_low_ms"], way["certified_high_ms"]
    if way["p99_ms"] is not None:
        least, most = (way["p99_ms"] + sign * way["uncertainty_ms"] for sign in (-1, 1))
    return {**way, "judged_least_ms": least, "judged_most_ms": most}


def _pairs(document: Plain) -> Iterator[Any]:
    return iter(()) if document is None else iter(document["pairs"])


def _from_summary(said: Plain, planned: Mapping[Ends, Plain]) -> Pair:
    src, dst, measured = said["src"], said["dst"], said["measured"]
    seen = {} if measured is None else measured
    reverse, plan_back = said["reverse"], planned.get((dst, src))
    there = Way(src, dst, planned.get((src, dst)), said, seen.get("forward"))
    back = None
    if reverse is not None or plan_back is not None or measured is not None:
        back = Way(dst, src, plan_back, reverse, seen.get("backward"))
    return _pair(there, back, said, measured)


def _from_plan(plan: Plain, back: Plain) -> Pair:
    src, dst = plan["src"], plan["dst"]
    return _pair(Way(src, dst, plan), None if back is None else Way(dst, src, back), plan, None)


def _pair(there: Way, back: Way | None, said: Plain, measured: Plain) -> Pair:
    bound_us = round(said["bound_ms"] * 1000)
    return Pair(there, back, said["tier"], bound_us, microseconds(said["floor_ms"]), measured)
