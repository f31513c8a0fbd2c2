"""The pairs of a plan and a summary, put together: each two-way pair once, with both directions.

Delays are whole µs here, as the planner counts; what was measured is rounded to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    """A two-way pair; ``back`` is None where only one direction was asked for."""

    there: Way
    back: Way | None
    tier: str | None
    bound_us: int
    floor_us: int | None
    measured: Plain

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
    return list(found.values())


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
