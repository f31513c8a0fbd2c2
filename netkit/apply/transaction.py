"""A list of changes made whole or not at all.

States, each on disk before the step that leaves it::

    idle ──begin──> changing ──all made, read back equal──> committed
                        │  a change refused, or read back unlike, or not confirmed
                        └──────────> undoing ──all inverted──> undone
    crash in changing or undoing ──recover──> undone
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from netkit.apply.changes import Change, unlike
from netkit.apply.faults import HalfDoneError
from netkit.apply.journal import Journal
from netkit.apply.objects import KernelObject, Key
from netkit.errors import ApplyError
from netkit.interrupts import interrupts_held


class World(Protocol):
    """A router that can be read and changed."""

    def held(self, keys: Iterable[Key]) -> Mapping[Key, KernelObject]:
        """What is there now of the things with these keys."""
        ...

    def make(self, change: Change) -> None:
        """Make one change; raises ApplyError where the router refuses it."""
        ...

    def settle(self, wanted: Iterable[KernelObject]) -> None:
        """Return once these are in force after the changes so far, as far as they will be."""
        ...


@dataclass(frozen=True, slots=True)
class Left:
    """What could not be put back: ``change`` is from what is there to what should be."""

    change: Change
    why: str


def perform(
    world: World,
    journal: Journal,
    changes: Sequence[Change],
    announce: Callable[[], object],
    confirm: Callable[[], object] = lambda: None,
    committed: Callable[[], object] = lambda: None,
    *,
    remedy: str = "netkit apply --recover",
) -> None:
    """Make ``changes``, which ``announce`` writes to the journal first, and read them back. What is
    the same before and after one of them is to stay, where the router may lose it on the way.

    ``confirm`` is then called, and raises where the new state must not stand. Ctrl-C takes all
    back, and a second one does not break that off; once the new state stands it comes too late:
    ``committed`` is told, which must not fail.

    Raises:
        ApplyError: the first thing that went wrong; everything is as it was.
        HalfDoneError: not everything could be put back; what could not is named, and ``remedy``,
            the command that tries again.
    """
    try:
        with interrupts_held() as let_in:
            announce()
            let_in()
        for number, change in enumerate(changes):
            if change.before != change.after:
                world.make(change)
            journal.done(number)
        world.settle(one.after for one in changes if one.after is not None)
        _require_held(world, changes)
        confirm()
        with interrupts_held():
            journal.commit()
            committed()
    except BaseException as error:
        with interrupts_held():
            _undo(world, journal, changes, error, remedy)
        raise


def take_back(world: World, changes: Sequence[Change]) -> tuple[Left, ...]:
    """Bring back what was there before ``changes``, however many of them were made.

    Each thing is looked at first, so that this may be interrupted and begun again.
    """
    held = world.held(one.key for one in changes)
    left = []
    for change in reversed(changes):
        now = held.get(change.key)
        if now != change.before:
            try:
                world.make(Change(now, change.before))
            except ApplyError as error:
                left.append(Left(Change(now, change.before), str(error)))
    world.settle(one.before for one in changes if one.before is not None)
    again = world.held(one.key for one in changes)
    inverses = [one.inverse for one in changes]
    failed = {one.change.key for one in left}
    return (*left, *(
        Left(one, "it was set, but the router holds something else")
        for one in unlike(again, inverses) if one.key not in failed
    ))  # fmt: skip


def _require_held(world: World, changes: Sequence[Change]) -> None:
    """What the router holds must be what was asked: it takes some things in silence."""
    wrong = unlike(world.held(one.key for one in changes), changes)
    if wrong:
        texts = [f"{' '.join(one.key)}: asked {one.after}, held {one.before}" for one in wrong]
        raise ApplyError("the router holds something else than it was asked:\n" + "\n".join(texts))


def _undo(
    world: World, journal: Journal, changes: Sequence[Change], error: BaseException, remedy: str
) -> None:
    left = take_back(world, changes)
    if left:
        texts = [f"{' '.join(one.change.key)}: {one.why}" for one in left]
        raise HalfDoneError(
            f"{error}\nand these could not be put back ({remedy} tries again):\n" + "\n".join(texts)
        ) from error
    journal.undone()
