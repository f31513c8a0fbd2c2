"""Which columns may explain what changed, and which are exonerated by what did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netkit.monitor.locate.columns import Column, crossings
from netkit.monitor.locate.evidence import Evidence, Statement


@dataclass(frozen=True)
class Suspicion:
    """``may_explain`` has for each changed flow the columns that it may have crossed and that are
    not exonerated; ``excluded`` are those that have none. ``suspected`` are the columns to be
    weighed.

    A column is exonerated by a flow that is unchanged and had to cross it. For the posterior that
    is no proof, as a route may not have been in force: a column is weighed all the same if half of
    the flows that had to cross it changed.
    """

    may_explain: tuple[frozenset[int], ...]
    excluded: tuple[str, ...]
    suspected: frozenset[int]

    @classmethod
    def of(cls, known: Sequence[Evidence], columns: Sequence[Column]) -> Suspicion:
        """Of the flows of which something is known. O(hops of all flows)."""
        of = {column.arcs[0]: number for number, column in enumerate(columns)}
        changed = [0] * len(columns)
        unchanged = [0] * len(columns)
        possible: list[tuple[str, set[int]]] = []
        for one in known:
            crossed = {of[arc]: had for arc, had in crossings(one.route).items() if arc in of}
            sure = [number for number, chances in crossed.items() if 1.0 in chances]
            if one.statement is Statement.CHANGED:
                possible.append((one.flow, set(crossed)))
            if one.statement is not Statement.UNKNOWN:
                counts = changed if one.statement is Statement.CHANGED else unchanged
                for number in sure:
                    counts[number] += 1
        cleared = {number for number, count in enumerate(unchanged) if count}
        likely = {n for n in cleared if changed[n] and changed[n] >= unchanged[n]}
        return cls(
            tuple(frozenset(crossed - cleared) for _, crossed in possible if crossed - cleared),
            tuple(flow for flow, crossed in possible if not crossed - cleared),
            frozenset().union(*(crossed - (cleared - likely) for _, crossed in possible)),
        )
