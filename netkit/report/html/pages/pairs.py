"""The pairs of a plan, a summary and a store, put together: each once, with both directions.

A plan may have several demands between the same ends: each is a pair, with the way back that is
held to the same bound. Delays are whole µs here, as the planner counts; what was measured is
rounded to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    demands = _Demands(sources.plan)
    found = [_from_summary(said, demands) for said in _pairs(sources.summary)]
    found += demands.rest()
    rows = [*_over_time(sources.over_time, found)]
    return [*_judged_by_history(rows, sources.history)]


class _Demands:
    """The directions of a plan of which no pair has been made yet."""

    def __init__(self, plan: Plain) -> None:
        self._between: dict[Ends, list[Plain]] = {}
        for one in _pairs(plan):
            self._between.setdefault((one["src"], one["dst"]), []).append(one)

    def take(self, src: str, dst: str, bound_ms: float, *, other: bool = False) -> Plain:
        """The first of this bound, from here on taken; without one, and if any ``other`` will do,
        the first. None where there is none."""
        left = self._between.get((src, dst), [])
        same = next((place for place, one in enumerate(left) if one["bound_ms"] == bound_ms), None)
        place = 0 if same is None and other and left else same
        return None if place is None else left.pop(place)

    def rest(self) -> Iterator[Pair]:
        """Pairs of all that are left."""
        for (src, dst), left in self._between.items():
            while left:
                there = left.pop(0)
                yield _from_plan(there, self.take(dst, src, there["bound_ms"]))


def _over_time(document: Plain, found: Sequence[Pair]) -> Iterator[Pair]:
    """The pairs with what was measured of them over time, then flows that are pairs of their own.

    A pair that several flows have measured is a row for each of them.
    """
    between: dict[frozenset[str], list[int]] = {}
    for place, pair in enumerate(found):
        between.setdefault(frozenset((pair.there.src, pair.there.dst)), []).append(place)
    measured: dict[int, list[Plain]] = {}
    alone = []
    for one in _pairs(document):
        places = between.get(frozenset((one["src"], one["dst"])), ())
        of = next((place for place in places if _measures(one, found[place])), None)
        if of is None:
            alone.append(_from_flow(one))
        else:
            measured.setdefault(of, []).append(one)
    for place, pair in enumerate(found):
        flows = measured.get(place, [])
        several = max(len(flows), len(between[frozenset((pair.there.src, pair.there.dst))])) > 1
        yield from (_measured_by(pair, one, several=several) for one in flows)
        if not flows:
            yield pair
    yield from alone


def _measures(one: Plain, pair: Pair) -> bool:
    """Whether a flow has measured this pair of its ends. Not where something else is known to have
    been measured of it; where the flow was held to another bound, so that its verdict is not about
    that pair; and where of one direction it has measured the other."""
    if pair.measured is not None:
        return False
    if microseconds(one["bound_ms"]) not in (None, pair.bound_us):
        return False
    there = one["there" if pair.there.src == one["src"] else "back"]
    return there is not None or pair.back is not None


def _measured_by(pair: Pair, one: Plain, *, several: bool) -> Pair:
    there, back = (one["there"], one["back"])
    if pair.there.src != one["src"]:
        there, back = back, there
    way_back = pair.back
    if way_back is None and back is not None:
        way_back = Way(pair.there.dst, pair.there.src)
    return replace(
        pair, there=replace(pair.there, measured=_seen(there)),
        back=None if way_back is None else replace(way_back, measured=_seen(back)),
        measured=_whole(one), flow=_flow_name(one) if several else None,
    )  # fmt: skip


def _judged_by_history(pairs: Iterable[Pair], history: Plain) -> Iterator[Pair]:
    """A pair of which nothing else is known to have been measured has the worst verdict that a
    history has of it: the plan's would hide what was found. Delays that nobody held to a bound
    have none."""
    verdicts: dict[frozenset[str], list[Verdict]] = {}
    for row in () if history is None else history["rows"]:
        verdict = Verdict(row["verdict"])
        if verdict is not Verdict.UNKNOWN or row["owd_p50_ns"] is None:
            verdicts.setdefault(frozenset((row["src"], row["dst"])), []).append(verdict)
    for pair in pairs:
        told = verdicts.get(frozenset((pair.there.src, pair.there.dst)), [])
        if told and pair.measured is None:
            whole = {"verdict": worst(told).value, "uncertainty_ms": None}
            yield replace(pair, measured=whole)
        else:
            yield pair


def _from_flow(one: Plain) -> Pair:
    src, dst = one["src"], one["dst"]
    there = Way(src, dst, measured=_seen(one["there"]))
    back = None if one["back"] is None else Way(dst, src, measured=_seen(one["back"]))
    bound_us = microseconds(one["bound_ms"])
    return Pair(there, back, None, bound_us, None, _whole(one), _flow_name(one))


def _flow_name(one: Plain) -> str:
    return f"{one['campaign']} {one['flow']}"


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


def _from_summary(said: Plain, demands: _Demands) -> Pair:
    src, dst, measured = said["src"], said["dst"], said["measured"]
    seen = {} if measured is None else measured
    # A plan for other bounds is one of the same pair all the same: the page says which they are.
    plan, plan_back = (
        demands.take(*ends, said["bound_ms"], other=True) for ends in ((src, dst), (dst, src))
    )
    reverse = said["reverse"]
    there = Way(src, dst, plan, said, seen.get("forward"))
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
