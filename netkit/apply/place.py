"""Where a router is changed, and where that is written down.

One ``netkit apply`` at a time works on a namespace; its journals and its lock are named after what
tells the namespace from all others, so that a journal never speaks of another kernel.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from netkit.apply.changes import Change
from netkit.apply.journal import Journal, Unfinished, unfinished
from netkit.apply.linux.kernel import Kernel
from netkit.apply.namespace import Identity, identity, inside
from netkit.apply.transaction import Left, World, perform, take_back
from netkit.errors import ApplyError, InputError, PrivilegeError
from netkit.store.file_lock import alone

_FOLDER_MODE = 0o700
KERNEL, FRR = "journal", "frr-journal"
_REMEDIES = {KERNEL: "netkit apply --recover", FRR: "netkit apply --recover --frr"}
"""By the kind of change, and of journal: the command that takes back what a crash has left."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a router is, and where its journals are kept: the namespace that ``ip netns`` calls
    ``netns``, or the one that we are in."""

    folder: Path
    netns: str | None = None


def made(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Those of ``changes`` that change something, and are not of what is to stay."""
    return tuple(one for one in changes if one.before != one.after)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was, or of a dry run would be, taken back of the change of ``router`` that a crash has
    left."""

    router: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A namespace that is ours alone, and what is written down in ``folder`` of one kind of change
    to it."""

    who: Identity
    folder: Path
    kind: str

    @property
    def journal(self) -> Path:
        """The journal of changes of this kind."""
        return self._journal(self.kind)

    def _journal(self, kind: str) -> Path:
        return self.folder / f"{self.who.name}.{kind}"

    def left_besides(self) -> Iterator[str]:
        """What a crash has left half done of another kind, and the command that takes it back."""
        for kind, remedy in _REMEDIES.items():
            if kind == self.kind:
                continue
            try:
                left = unfinished(self._journal(kind))
            except InputError as error:
                yield str(error)
                continue
            if left is not None and left.boot == self.who.boot:
                yield f"a change of {left.router} of another kind is half done: {remedy}"

    def require_finished(self) -> None:
        """Raises InputError where a crash has left a change half done."""
        left = unfinished(self.journal)
        if left is not None and left.boot == self.who.boot:
            raise InputError.single(
                f"a crash has left a change of {left.router} half done", file=str(self.journal),
                remedy=f"Take it back first: {_REMEDIES[self.kind]}",
            )  # fmt: skip

    def perform(
        self,
        router: str,
        world: World,
        needed: Sequence[Change],
        confirm: Callable[[], object],
        committed: Callable[[], object],
    ) -> None:
        """Make changes whole or not at all; raises as
        :func:`netkit.apply.transaction.perform` does."""
        with Journal(self.journal) as written:
            announce = partial(written.begin, router, self.who.boot, needed)
            remedy = _REMEDIES[self.kind]
            perform(world, written, needed, announce, confirm, committed, remedy=remedy)

    def recover(
        self,
        world: World,
        *,
        dry_run: bool = False,
        note: Callable[[str], object] = lambda _: None,
        started_anew: Callable[[Unfinished], InputError | None] = lambda _: None,
    ) -> Recovered | None:
        """Take back what a crash has left half done; None where there is nothing. A ``dry_run``
        says what of it is there, ``note`` is told what is left of other kinds. A change of an
        earlier run of the machine is let go, since kernels forget; of what does not
        ``started_anew`` looks first, and returns what is to be said of it.

        Raises ApplyError where something could not be put back, or looked at.
        """
        for besides in self.left_besides():
            note(besides)
        left = unfinished(self.journal)
        if left is None:
            return None
        if left.boot != self.who.boot:
            saved = started_anew(left)
            if not dry_run:
                self.journal.unlink()
            if saved is not None:
                raise saved
            return None
        if dry_run:
            held = world.held(one.key for one in left.changes)
            there = (Change(one.before, held.get(one.key)) for one in made(left.changes))
            return Recovered(left.router, tuple(made(there)))
        failed = take_back(world, left.changes)
        if failed:
            raise ApplyError(_failed_text(failed))
        with Journal(self.journal) as written:
            written.resume()
            written.undone()
        return Recovered(left.router, made(left.changes))


@contextmanager
def opened(place: Place, kind: str = KERNEL) -> Iterator[tuple[Kernel, Site]]:
    """The kernel of a place, locked, and its journal of that kind.

    Raises:
        PrivilegeError: this takes root (CAP_NET_ADMIN).
        InputError: there is no namespace of that name.
        ApplyError: another apply is at work.
    """
    if os.geteuid() != 0:
        raise PrivilegeError("changing a router's routes takes root; run it with sudo")
    with inside(place.netns):
        who = identity()
        place.folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
        lock = place.folder / f"{who.name}.lock"
        with alone(lock, "another netkit apply to this router"), Kernel() as kernel:
            yield kernel, Site(who, place.folder, kind)


def _failed_text(failed: Iterable[Left]) -> str:
    lines = [f"{' '.join(one.change.key)}: {one.why}" for one in failed]
    return "these could not be put back:\n" + "\n".join(lines)
