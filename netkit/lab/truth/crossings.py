"""Two records a link, one where a probe entered it and one where it left, to one traversal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from netkit.lab.truth.probe_key import LEFT, LOST
from netkit.model.units import NS_PER_S

GONE_AFTER_NS: Final = NS_PER_S
"""A probe that has not left so long after its due time, or its arrival where that is unknown, is
lost: the link lost its light with the probe in it. Should it leave yet, the next reading knows."""


class Traversal(NamedTuple):
    """A probe entered cable end ``end`` and was released, or lost (None); sorts by arrival.
    ``asked_ns`` is how long it was to be held, None where nobody said."""

    arrival_ns: int
    end: int
    release_ns: int | None
    asked_ns: int | None = None


class Seen(NamedTuple):
    """A record without its key; of one flagged LEFT only ``release_ns`` is a time."""

    end: int
    flags: int
    arrival_ns: int
    due_ns: int
    release_ns: int


def pair_crossings(records: Iterable[Seen], now_ns: int | None) -> Iterator[Traversal]:
    """What one probe crossed; None for ``now_ns``: the lab is over.

    A probe that is still on its way over a link is not told of there. Over a link that it crosses
    several times, in a loop, it has left before it comes again. What has left more often than it
    came was sent twice there.
    """
    entries: dict[int, list[Seen]] = {}
    exits: dict[int, list[Seen]] = {}
    for seen in records:
        (exits if seen.flags & LEFT else entries).setdefault(seen.end, []).append(seen)
    for end, entered in entries.items():
        left = sorted(exits.get(end, ()), key=lambda seen: seen.release_ns)
        for seen in sorted(entered, key=lambda seen: seen.arrival_ns, reverse=True):
            if seen.flags & LOST:
                yield Traversal(seen.arrival_ns, end, None)
            elif left and left[-1].release_ns >= seen.arrival_ns:
                gone = left.pop()
                released = None if gone.flags & LOST else gone.release_ns
                yield Traversal(seen.arrival_ns, end, released, asked_ns(seen))
            elif now_ns is None or now_ns > max(seen.arrival_ns, seen.due_ns) + GONE_AFTER_NS:
                yield Traversal(seen.arrival_ns, end, None)
        first_ns = min(seen.arrival_ns for seen in entered)
        for copy in left:
            if copy.release_ns >= first_ns and not copy.flags & LOST:
                yield Traversal(first_ns, end, copy.release_ns)


def asked_ns(seen: Seen) -> int | None:
    """How long the record says that it was to be held."""
    return seen.due_ns - seen.arrival_ns if seen.due_ns else None
