"""Which two directed edges of a file are one link, where parallel ones leave that open.

A file names both directions alike, or names each after its two ends, or marks the way in the name:
``l1`` and ``l1``; ``A-B-1`` and ``B-A-1``; ``l1:ab`` and ``l1:ba``; ``l1`` and ``l1:back``. What
such names do not settle is paired by capacity, delay and metric, then in order (:func:`paired`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from netkit.errors import counted
from netkit.files.importers.drafts import ArcDraft
from netkit.files.reading.findings import Findings

_WAY = re.compile(
    r"(?i)[\s:_.\-/]*\(?(ab|ba|a2b|b2a|fwd|fw|forward|bwd|bw|rev|reverse|backward|back|ret|return"
    r"|up|down|east|west|>|<)\)?$"
)
_Key = Callable[[ArcDraft, str], str]


def marked(arcs: Sequence[ArcDraft], ids: Sequence[str | None]) -> list[ArcDraft]:
    """The arcs with the mark that their ids give both directions of one link. O(n)."""
    marks: dict[int, tuple[str, ...]] = {}
    for kind, key in enumerate((_same, _swapped, _without_way)):
        groups: dict[tuple[frozenset[str], str], list[int]] = defaultdict(list)
        for place, (arc, id_) in enumerate(zip(arcs, ids, strict=True)):
            if id_ is not None and place not in marks and arc.src != arc.dst:
                groups[frozenset((arc.src, arc.dst)), key(arc, id_)].append(place)
        for (_, word), places in groups.items():
            if len(places) == 2 and arcs[places[0]].src == arcs[places[1]].dst:
                marks.update(dict.fromkeys(places, (str(kind), word)))
    return [replace(arc, mark=marks.get(place)) for place, arc in enumerate(arcs)]


def least_capacity(findings: Findings, arcs: Sequence[ArcDraft]) -> list[ArcDraft]:
    """Both directions of a marked link with one capacity: the least that they state."""
    stated: dict[tuple[object, ...], set[int | None]] = defaultdict(set)
    for arc in arcs:
        if arc.mark is not None:
            stated[frozenset((arc.src, arc.dst)), arc.mark].add(arc.capacity_bps)
    differ = {key: values - {None} for key, values in stated.items() if len(values) > 1}
    if differ:
        what = "links whose directions state different capacities have the least of them"
        findings.note(None, what, counted(len(differ), "link"))
    least = {key: min(value for value in values if value) for key, values in differ.items()}
    found = []
    for arc in arcs:
        key = frozenset((arc.src, arc.dst)), arc.mark
        found.append(replace(arc, capacity_bps=least[key]) if key in least else arc)
    return found


def _same(_arc: ArcDraft, id_: str) -> str:
    return id_


def _swapped(arc: ArcDraft, id_: str) -> str:
    """The id with its two ends in its place: equal for ``A-B-1`` and its reverse ``B-A-1``."""
    first, second = sorted((arc.src, arc.dst), key=len, reverse=True)
    slots = {first: "\0" if first == arc.src else "\1", second: "\1" if first == arc.src else "\0"}
    ends = "|".join(re.escape(end) for end in (first, second))
    return re.sub(rf"(?<!\w)(?:{ends})(?!\w)", lambda found: slots[found[0]], id_)


def _without_way(_arc: ArcDraft, id_: str) -> str:
    return _WAY.sub("", id_)
