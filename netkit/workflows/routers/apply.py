"""From configurations emitted for Linux or FRR to a router that holds them, and the record of it.

The order of what is written down is that of what can be lost: what will be done stands in the audit
trail before the first change, and how it ended after the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from netkit.apply import router as world
from netkit.apply.change_json import change_to_json
from netkit.apply.changes import Change
from netkit.apply.frr.router import apply_frr, recover_frr
from netkit.apply.frr.vtysh import Vtysh
from netkit.apply.linux.batch import objects_of
from netkit.apply.objects import KernelObject
from netkit.apply.place import Place, Recovered
from netkit.errors import InputError, did_you_mean, either
from netkit.files.reading.files import read_configuration
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.probe.run.tiers import TierMeasured
from netkit.store.made_from import made_from
from netkit.workflows.emit import router_files
from netkit.workflows.routers.audit import digest, origin, record
from netkit.workflows.routers.confirm import Confirmation, Confirming
from netkit.workflows.routers.story import Story
from netkit.workflows.routers.whole_files import require_whole

_JOURNALS = "apply"
LINUX, FRR = "linux", "frr"
_SUFFIXES = {LINUX: (".ip", ".nft"), FRR: (".conf",)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``router`` is to hold: of the kernel ``objects``, or of FRR the file ``frr``; a digest
    of the configurations that say so; and the plan and topology of its ``origin``, as far as known.
    """

    router: str
    objects: tuple[KernelObject, ...]
    digest: str
    frr: str | None = None
    origin: Mapping[str, object] = field(default_factory=dict)


def wanted_of(folder: Path, router: str | None, target: str = LINUX) -> Wanted:
    """The configurations of one router in a folder that was emitted for ``target``.

    Where the folder holds one router only, it need not be named. Raises InputError, also for files
    that are cut.
    """
    suffixes = _SUFFIXES[target]
    known = sorted(path.stem for path in folder.glob(f"*{suffixes[0]}"))
    if not known:
        names = " and ".join(f"NAME{one}" for one in suffixes)
        raise InputError.single(
            f"no configurations for {target}", value=folder, expected=f"files {names}",
            remedy=f"Name {folder / target}" if (folder / target).is_dir()
            else f"Have them emitted for {target} first",
        )  # fmt: skip
    name = _chosen(router, known, folder)
    files = {one: folder / f"{name}{one}" for one in suffixes}
    texts = {one: read_configuration(file) for one, file in files.items()}
    require_whole({files[one]: text for one, text in texts.items()})
    return _read(name, texts, folder, made_from(files.values()))


def planned(
    file: Path,
    topology: Topology,
    plan: Plan,
    router: str | None,
    target: str = LINUX,
    *,
    usid: bool = False,
    sids_by_hand: bool = False,
    topology_digest: str | None = None,
) -> Wanted:
    """The configurations of one router of a plan, whatever platform its topology says that it has;
    ``usid`` and ``sids_by_hand`` as :func:`~netkit.emit.network.network_files` takes them,
    ``topology_digest`` that of its file, where it has one.

    Raises InputError, also for what exceeds a limit.
    """
    name = _chosen(router, sorted(one.name for one in topology.active_nodes), file)
    found = router_files(topology, plan, target, usid=usid, sids_by_hand=sids_by_hand)
    own = next(one.files for one in found if one.router == name)
    return _read(name, own, None, origin(plan, topology_digest))


def _read(
    name: str, files: Mapping[str, str], folder: Path | None, origin: Mapping[str, object]
) -> Wanted:
    own = digest("".join(files[one] for one in sorted(files)))
    if set(files) == set(_SUFFIXES[FRR]):
        return Wanted(name, (), own, files[".conf"], origin)
    batch = f"{name}.ip" if folder is None else str(folder / f"{name}.ip")
    return Wanted(name, objects_of(files[".ip"], files[".nft"], batch), own, None, origin)


def _chosen(router: str | None, known: Sequence[str], where: Path) -> str:
    if router is None and len(known) == 1:
        return known[0]
    if router is None:
        raise InputError.single("which router this is", expected=either(known), field="router")
    if router not in known:
        raise InputError.single(
            "no such router", value=router, expected=f"one of {len(known)} in {where}",
            remedy=did_you_mean(router, known), field="router",
        )  # fmt: skip
    return router


@dataclass(frozen=True, slots=True)
class Applied:
    """The ``changes`` that were made, and what was ``measured`` of them, None if nothing was."""

    changes: tuple[Change, ...]
    measured: tuple[TierMeasured, ...] | None = None


def apply(
    wanted: Wanted,
    state: Path,
    netns: str | None = None,
    *,
    dry_run: bool = False,
    confirming: Confirming | None = None,
    vtysh: Vtysh | None = None,
    stands: Callable[[], object] = lambda: None,
    note: Callable[[str], object] = lambda _: None,
) -> Applied:
    """Make the router here hold what is wanted; no changes where it does already.

    With ``confirming`` they stand only if the policies are then measured to keep their tiers;
    ``stands`` is called after that, and raises ApplyError where they must not for other reasons.
    ``note`` is told what is odd and stops nothing.
    ``state`` is the folder of journals and of the audit trail; what is wanted of FRR goes through
    ``vtysh``.

    Raises:
        TierError: they were not; the router is as it was.
        InForceError, InForceInterrupt: what stands already, a fault or Ctrl-C came after.
        InputError, ApplyError, PrivilegeError: as :func:`netkit.apply.router.apply` does.
        ProbeError: nothing can be measured from here; nothing was changed.
    """
    place = Place(state / _JOURNALS, netns)
    told = {"router": wanted.router, "netns": netns, "configuration": wanted.digest}
    facts = {**told, **wanted.origin}
    with Confirmation(confirming) as confirmation:
        story = Story(state, "apply", facts, confirmation.facts)

        def before(changes: Iterable[Change]) -> None:
            confirmation.open()
            story.begin(map(change_to_json, changes))

        def confirm() -> None:
            confirmation.judge()
            stands()

        hooks = _Hooks(dry_run=dry_run, before=before, confirm=confirm, committed=story.stands)
        with story.told():
            if wanted.frr is None:
                changes = world.apply(place, wanted.router, wanted.objects, **hooks)
            else:
                speaks = vtysh or Vtysh()
                changes = apply_frr(place, wanted.router, wanted.frr, speaks, **hooks, note=note)
    return Applied(changes, confirmation.measured)


class _Hooks(TypedDict):
    """What all applies take."""

    dry_run: bool
    before: Callable[[tuple[Change, ...]], object]
    confirm: Callable[[], object]
    committed: Callable[[], object]


def recover(
    state: Path,
    netns: str | None = None,
    vtysh: Vtysh | None = None,
    *,
    dry_run: bool = False,
    note: Callable[[str], object] = lambda _: None,
) -> Recovered | None:
    """Take back what a crash has left half done, of the kernel or, with ``vtysh``, of FRR, and
    record it; None where there is nothing. A ``dry_run`` says what that would be; ``note`` is told
    what is half done of the other."""
    place = Place(state / _JOURNALS, netns)
    if vtysh is None:
        found = world.recover(place, dry_run=dry_run, note=note)
    else:
        found = recover_frr(place, vtysh, dry_run=dry_run, note=note)
    if found is not None and not dry_run:
        told = {"router": found.router, "netns": netns, "why": "recovered"}
        facts = {**told, "changes": list(map(change_to_json, found.changes))}
        record(state, "rollback", facts, now=datetime.now(UTC))
    return found
