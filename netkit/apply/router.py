"""Applying to the Linux router here: look first, change whole or not at all, recover from a crash.

One ``netkit apply`` at a time works on a namespace; its journal and its lock are named after what
tells the namespace from all others, so that a journal never speaks of another kernel.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from netkit.apply.changes import Change, changes
from netkit.apply.journal import Journal, unfinished
from netkit.apply.linux.kernel import Kernel
from netkit.apply.linux.preflight import problems
from netkit.apply.namespace import Identity, identity, inside
from netkit.apply.objects import KernelObject
from netkit.apply.transaction import Left, perform, take_back
from netkit.errors import ApplyError, InputError, PrivilegeError, Problem
from netkit.store.file_lock import alone

_FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Place:
    """Where a router is, and where its journals are kept: the namespace that ``ip netns`` calls
    ``netns``, or the one that we are in."""

    folder: Path
    netns: str | None = None


def apply(
    place: Place,
    router: str,
    wanted: Iterable[KernelObject],
    *,
    dry_run: bool = False,
    before: Callable[[tuple[Change, ...]], object] = lambda _: None,
    confirm: Callable[[], object] = lambda: None,
) -> tuple[Change, ...]:
    """Make the router hold ``wanted`` and nothing else of netkit's; returns what was changed.

    ``before`` is told what will be changed, ahead of the first change; ``confirm`` is called at the
    end, and raises where the new state must not stand. Both run in the router's namespace.

    Raises:
        InputError: something is in the way, or a crash has left something: nothing was changed.
        ApplyError: something went wrong on the way: the router is as it was, or it is said how not.
        PrivilegeError: this takes root (CAP_NET_ADMIN).
    """
    objects = list(wanted)
    with _at(place) as (kernel, who, journal):
        _require_finished(journal, who)
        found = problems(kernel, objects)
        if found:
            raise InputError(Problem(None, None, f"{router}: {one}") for one in found)
        needed = changes(kernel.own(), objects)
        if dry_run or not needed:
            return needed
        before(needed)
        with Journal(journal) as written:
            written.begin(router, who.boot, needed)
            perform(kernel, written, needed, confirm)
        return needed


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was taken back of the change of ``router`` that a crash has left."""

    router: str
    changes: tuple[Change, ...]


def recover(place: Place) -> Recovered | None:
    """Take back what a crash has left half done; None where there is nothing.

    Raises:
        ApplyError: something could not be put back; it is named, and this may be tried again.
    """
    with _at(place) as (kernel, who, journal):
        left = unfinished(journal)
        if left is None:
            return None
        if left.boot != who.boot:
            # Kernels forget: nothing of what was begun is there any more.
            journal.unlink()
            return None
        failed = take_back(kernel, left.changes)
        if failed:
            raise ApplyError(_failed_text(failed))
        with Journal(journal) as written:
            written.resume()
            written.undone()
        return Recovered(left.router, left.changes)


def _failed_text(failed: Iterable[Left]) -> str:
    lines = [f"{' '.join(one.change.key)}: {one.why}" for one in failed]
    return "these could not be put back:\n" + "\n".join(lines)


@contextmanager
def _at(place: Place) -> Iterator[tuple[Kernel, Identity, Path]]:
    """The kernel of a place, locked: with who it is, and where its journal is."""
    if os.geteuid() != 0:
        raise PrivilegeError("changing a router's routes takes root; run it with sudo")
    with inside(place.netns):
        who = identity()
        place.folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
        lock = place.folder / f"{who.name}.lock"
        with alone(lock, "another netkit apply to this router"), Kernel() as kernel:
            yield kernel, who, place.folder / f"{who.name}.journal"


def _require_finished(journal: Path, who: Identity) -> None:
    left = unfinished(journal)
    if left is not None and left.boot == who.boot:
        raise InputError.single(
            f"a crash has left a change of {left.router} half done", file=str(journal),
            remedy="Take it back first: netkit apply --recover",
        )  # fmt: skip
