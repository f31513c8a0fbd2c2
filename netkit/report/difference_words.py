"""What two topologies differ in, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from netkit.language.words import counted, marked, say

if TYPE_CHECKING:
    from netkit.files.compare import Difference

PARTS = {
    "nodes": marked("node"),
    "links": marked("link"),
    "exchanges": marked("exchange centre"),
    "flex_algos": marked("Flexible Algorithm"),
    "anycasts": marked("anycast SID"),
}
"""What one part of each kind is called."""


def difference_text(found: Mapping[str, Difference]) -> str:
    """How many parts the second topology has more, fewer and otherwise; or that it has the same."""
    told = {
        marked("{parts} added"): [_many(kind, len(one.added)) for kind, one in found.items()],
        marked("{parts} removed"): [_many(kind, len(one.removed)) for kind, one in found.items()],
        marked("{parts} changed"): [_changed(kind, one) for kind, one in found.items()],
    }
    clauses = [
        say(clause, parts=say(", ").join(parts))
        for clause, every in told.items()
        if (parts := [part for part in every if part])
    ]
    return say("; ").join(clauses) or say("no difference")


_COUNTED: Mapping[str, Callable[[int], str]] = {
    "nodes": lambda number: counted(number, "node"),
    "links": lambda number: counted(number, "link"),
    "exchanges": lambda number: counted(number, "exchange centre"),
    "flex_algos": lambda number: counted(number, "Flexible Algorithm"),
    "anycasts": lambda number: counted(number, "anycast SID"),
}


def _many(kind: str, number: int) -> str:
    return _COUNTED[kind](number) if number else ""


def _changed(kind: str, difference: Difference) -> str:
    if not difference.changed:
        return ""
    parts = _many(kind, len({change.part for change in difference.changed}))
    fields = counted(len(difference.changed), "field")
    return say("{fields} of {parts}", parts=parts, fields=fields)
