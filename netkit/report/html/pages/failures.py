"""What each single failure does to the directions of the pairs, from a survival document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netkit.model.planning.survival import Phase
from netkit.model.verdict import Verdict
from netkit.report.html.pages.pairs import Pair, Way, microseconds
from netkit.report.html.pages.sources import Plain

_LAST = Phase.RECONVERGED.value
_KEPT_LAST = 1 << (len(Phase) - 1)

_Ends = tuple[str, str]
_Place = tuple[int, int]
"""The number of a pair; 0 there, 1 back."""


def cut_data(survival: Plain, pairs: Sequence[Pair]) -> dict[str, object] | None:
    """Failures by what they break once the IGP has converged, worst first; None without document.

    Of each: ``kind``, ``name``, four columns over the rows of the directions it touches: the number
    of the pair, 0 there or 1 back, whether it keeps its bound in each phase (a bit each, the first
    the lowest), and the worst delay after convergence in µs; then how many directions it touches,
    and how many of them lose their bound for good. A direction that several flows have measured has
    several rows.
    """
    if survival is None:
        return None
    rows, cuts = _Rows(pairs), dict[tuple[str, str], _Cut]()
    for one in survival["pairs"]:
        where = rows.take(one["src"], one["dst"], microseconds(one["bound_ms"]))
        for effect in one["effects"] if where else ():
            kept, worst_us = _kept(effect), microseconds(effect[_LAST]["worst_ms"])
            cut = cuts.setdefault((effect["kind"], effect["name"]), _Cut())
            cut.rows += [(*place, kept, worst_us) for place in where]
            cut.touched += 1
            cut.broken += 0 if kept & _KEPT_LAST else 1
    ranked = sorted(cuts.items(), key=lambda cut: (-cut[1].broken, cut[0]))
    return {
        "phases": [phase.value for phase in Phase],
        "directions": len(survival["pairs"]),
        "cuts": [[kind, name, *map(list, zip(*cut.rows, strict=True)), cut.touched, cut.broken]
                 for (kind, name), cut in ranked],
    }  # fmt: skip


@dataclass(slots=True)
class _Cut:
    rows: list[tuple[int, int, int, int | None]] = field(default_factory=list)
    touched: int = 0
    broken: int = 0


class _Rows:
    """Where each planned direction stands in the rows of the page. A flow that is a pair of its own
    is none of the plan's; where nothing is planned between its ends, it is what its bound says."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._planned: dict[_Ends, dict[int, tuple[int | None, list[_Place]]]] = {}
        self._alone: dict[tuple[str, str, int | None], list[_Place]] = {}
        for number, pair in enumerate(pairs):
            for back, way in enumerate(pair.ways):
                self._add(way, pair.bound_us, (number, back))

    def _add(self, way: Way, bound_us: int | None, place: _Place) -> None:
        told = way.said if way.plan is None else way.plan
        if told is None:
            self._alone.setdefault((way.src, way.dst, bound_us), []).append(place)
        else:
            # Rows of several flows are of one and the same demand.
            own = self._planned.setdefault((way.src, way.dst), {})
            own.setdefault(id(told), (bound_us, []))[1].append(place)

    def take(self, src: str, dst: str, bound_us: int | None) -> list[_Place]:
        """The rows of the next demand between these ends, of this bound if there is one."""
        own = self._planned.get((src, dst))
        if own is None:
            return self._alone.get((src, dst, bound_us), [])
        same = next((key for key, (bound, _) in own.items() if bound == bound_us), None)
        key = next(iter(own), None) if same is None else same
        return [] if key is None else own.pop(key)[1]


def _kept(effect: Plain) -> int:
    return sum(
        1 << bit
        for bit, phase in enumerate(Phase)
        if effect[phase.value]["verdict"] == Verdict.PASS.value
    )
