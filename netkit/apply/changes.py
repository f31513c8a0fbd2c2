"""What has to change for a router to hold what it should: each change with its inverse, in an order
that makes before it breaks. Pure: the worlds are in :mod:`netkit.apply.linux.kernel` and
:mod:`netkit.apply.frr.world`.

A change takes one thing, by its key, from ``before`` to ``after``; None is that it is not there.
Its inverse swaps the two. The order of a list of changes is such that packets always find what the
step before them relies on::

    make     devices, source, filter, SIDs and locators that are new or different
    switch   policies: a route is replaced in one step, never taken away and set again
    break    policies that go, then SIDs and locators, filter, source and devices that go

What goes, goes in the reverse of the order in which it was made: of rules, too, that of a pair's
far end comes before those that lead into the pair, and stays until they are gone.

Undoing is the list backwards, each change inverted, which keeps the same promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netkit.apply.objects import (
    EdgeTable,
    FrrStatement,
    KernelObject,
    Key,
    PassPair,
    Route,
    Rule,
    Seg6,
    SidDevice,
    TunnelSource,
)
from netkit.errors import InputError


@dataclass(frozen=True, slots=True)
class Change:
    """One thing goes from ``before`` to ``after``; one of the two is there. Where they are the same
    it stays, and is looked after: a router may lose it while others change."""

    before: KernelObject | None
    after: KernelObject | None

    @property
    def key(self) -> Key:
        """Of the thing that changes."""
        held = self.before or self.after
        return () if held is None else held.key

    @property
    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(self.after, self.before)


def changes(held: Iterable[KernelObject], wanted: Iterable[KernelObject]) -> tuple[Change, ...]:
    """All that differs, in the order in which it may be done. O(n log n) in the objects.

    >>> here, there = SidDevice("sr0"), SidDevice("sr1")
    >>> [(one.before, one.after) for one in changes([here], [here, there])]
    [(None, SidDevice(name='sr1'))]
    """
    now, then = by_key(held), by_key(wanted)
    made = [
        Change(now.get(key), after) for key, after in then.items() if now.get(key) != after
    ]  # fmt: skip
    gone = [Change(before, None) for key, before in now.items() if key not in then]
    made.sort(key=lambda one: (_rank(one.after), one.key))
    gone.sort(key=lambda one: (_rank(one.before), one.key), reverse=True)
    return (*made, *gone)


def changes_of(
    router: str, held: Iterable[KernelObject], wanted: Iterable[KernelObject]
) -> tuple[Change, ...]:
    """:func:`changes` of ``router``; raises InputError where two things of one key are there."""
    try:
        return changes(held, wanted)
    except ValueError as error:
        raise InputError.single(
            f"{router}: in one place there are {error}",
            remedy="Take away the one that is not in its files",
        ) from error


def by_key(objects: Iterable[KernelObject]) -> dict[Key, KernelObject]:
    """Objects by key; raises ValueError where two are of one thing, as one would hide the other."""
    found: dict[Key, KernelObject] = {}
    for one in objects:
        if found.setdefault(one.key, one) != one:
            raise ValueError(f"two states of {' '.join(one.key)}: {found[one.key]} and {one}")
    return found


def unlike(held: Mapping[Key, KernelObject], wanted: Iterable[Change]) -> tuple[Change, ...]:
    """Of changes that are said to be done, those whose end ``held`` does not show: what is there
    instead, and what should be."""
    return tuple(
        Change(held.get(one.key), one.after) for one in wanted if held.get(one.key) != one.after
    )


def _pushes(route: Route) -> bool:
    return isinstance(route.encap, Seg6) or bool(route.next_hops)


def _rank(one: KernelObject | None) -> int:
    """What comes first is relied upon by what comes later."""
    match one:
        case SidDevice() | PassPair():
            return 0
        case TunnelSource() | EdgeTable():
            return 1
        case Route() if not _pushes(one):
            return 2
        case Rule():
            return 3
        case FrrStatement():
            return one.rank
    return 4
