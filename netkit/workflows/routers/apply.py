"""From configurations emitted for Linux to a router that holds them, and the record of it.

The order of what is written down is that of what can be lost: what will be done stands in the audit
trail before the first change, and how it ended after the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from netkit.apply import router as world
from netkit.apply.change_json import change_to_json
from netkit.apply.changes import Change
from netkit.apply.linux.batch import objects_of
from netkit.apply.objects import KernelObject
from netkit.errors import InputError, did_you_mean
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.workflows.emit import router_files
from netkit.workflows.routers.audit import digest, record

_JOURNALS = "apply"
LINUX = "linux"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``router`` is to hold, and a digest of the configurations that say so."""

    router: str
    objects: tuple[KernelObject, ...]
    digest: str


def wanted_of(folder: Path, router: str | None) -> Wanted:
    """The configurations of one router in a folder that was emitted for Linux.

    Where the folder holds one router only, it need not be named. Raises InputError.
    """
    known = sorted(path.stem for path in folder.glob("*.ip"))
    if not known:
        raise InputError.single(
            "no configurations for Linux", value=folder, expected="files NAME.ip and NAME.nft",
            remedy="Have them emitted for Linux first",
        )  # fmt: skip
    name = _chosen(router, known, folder)
    batch, nft = (folder / f"{name}.ip").read_text(), (folder / f"{name}.nft").read_text()
    objects = objects_of(batch, nft, str(folder / f"{name}.ip"))
    return Wanted(name, objects, digest(batch + nft))


def planned(file: Path, topology: Topology, plan: Plan, router: str | None) -> Wanted:
    """The configurations of one router of a plan, whatever platform its topology says that it has.

    Raises InputError, also for what exceeds a limit.
    """
    files = {one.router: one.files for one in router_files(topology, plan, LINUX)}
    name = _chosen(router, sorted(files), file)
    batch, nft = files[name][".ip"], files[name][".nft"]
    return Wanted(name, objects_of(batch, nft, f"{name}.ip"), digest(batch + nft))


def _chosen(router: str | None, known: Sequence[str], where: Path) -> str:
    if router is None and len(known) == 1:
        return known[0]
    if router is None:
        raise InputError.single(
            "which router this is", expected=f"one of {len(known)}", field="router"
        )
    if router not in known:
        raise InputError.single(
            "no such router", value=router, expected=f"one of {len(known)} in {where}",
            remedy=did_you_mean(router, known), field="router",
        )  # fmt: skip
    return router


def apply(
    wanted: Wanted,
    state: Path,
    netns: str | None = None,
    *,
    dry_run: bool = False,
    confirmed: Callable[[], str | None] = lambda: None,
) -> tuple[Change, ...]:
    """Make the router here hold what is wanted; returns the changes, none where it does already.

    ``state`` is the folder of journals and of the audit trail. Raises as
    :func:`netkit.apply.router.apply` does.
    """
    place = world.Place(state / _JOURNALS, netns)
    facts = {"router": wanted.router, "netns": netns, "configuration": wanted.digest}
    story = _Story(state, facts)
    try:
        changes = world.apply(
            place, wanted.router, wanted.objects, dry_run=dry_run, before=story.begin,
            confirmed=confirmed,
        )  # fmt: skip
    except BaseException as error:
        story.undone(str(error) or type(error).__name__)
        raise
    story.committed()
    return changes


def recover(state: Path, netns: str | None = None) -> world.Recovered | None:
    """Take back what a crash has left half done, and record it; None where there is nothing."""
    found = world.recover(world.Place(state / _JOURNALS, netns))
    if found is not None:
        record(state, "rollback", {"router": found.router, "netns": netns, "why": "recovered"},
               now=datetime.now(UTC))  # fmt: skip
    return found


class _Story:
    """What the audit trail is told of one apply; nothing where nothing was to be changed."""

    def __init__(self, state: Path, facts: Mapping[str, object]) -> None:
        self._state, self._facts, self._begun = state, facts, False

    def begin(self, changes: Iterable[Change]) -> None:
        """Before the first change; if this cannot be written, nothing is changed."""
        changed = [change_to_json(one) for one in changes]
        self._record("apply", "begun", changes=changed)
        self._begun = True

    def undone(self, why: str) -> None:
        if self._begun:
            self._record("rollback", "done", why=why)

    def committed(self) -> None:
        if self._begun:
            self._record("apply", "committed")

    def _record(self, action: str, outcome: str, **more: object) -> None:
        now = datetime.now(UTC)
        record(self._state, action, {**self._facts, **more}, now=now, outcome=outcome)
