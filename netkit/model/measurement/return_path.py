"""Which way replies took whose probes asked for a segment list (RFC 9503 §4)."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.verdict import worst


class ReturnTaken(StrEnum):
    """``taken``: its routing header is that list. ``other``: it is another. ``unseen``: the
    reflector says that it did as asked, but no routing header arrived (one may be taken off on the
    way). ``refused``: the reflector says that it did not, by a flag of the Return Path TLV or of a
    sub-TLV. ``ignored``: it sent none back, as one that knows no TLVs.
    """

    TAKEN = "taken"
    OTHER = "other"
    UNSEEN = "unseen"
    REFUSED = "refused"
    IGNORED = "ignored"


NOT_TAKEN = {
    taken: f"return path {taken}: the way back is another"
    for taken in (ReturnTaken.OTHER, ReturnTaken.REFUSED, ReturnTaken.IGNORED)
}
"""Of replies that came another way, what a window notes of them."""

_NOTES = frozenset(NOT_TAKEN.values())


def without_other_ways(window: Window) -> Window:
    """The same, with nothing said of the way back if replies of it came another one.

    Their delays and losses are those of a path that nobody asked about.
    """
    if _NOTES.isdisjoint(window.notes):
        return window
    nothing = DirectionWindow()
    verdict = worst((window.forward.verdict, nothing.verdict))
    return replace(window, backward=nothing, round_trip=None, verdict=verdict)
