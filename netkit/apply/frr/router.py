"""Applying to the FRR here: look first, change whole or not at all, recover from a crash."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from netkit.apply.changes import Change, changes_of
from netkit.apply.frr.statements import (
    ROUTE,
    SID,
    carried_by,
    read_statements,
    unadvertised,
    vrfs_of,
)
from netkit.apply.frr.vtysh import Vtysh
from netkit.apply.frr.world import FrrWorld
from netkit.apply.journal import Unfinished
from netkit.apply.linux.kernel import Kernel
from netkit.apply.linux.preflight import setting
from netkit.apply.objects import FrrStatement, KernelObject, Key
from netkit.apply.place import FRR, Place, Recovered, made, opened
from netkit.emit.frr.grammar import Grammar
from netkit.emit.frr.render import BEHAVIORS, SID_DEVICE
from netkit.errors import InputError, Problem, counted
from netkit.model.router_state import EndpointBehavior


def apply_frr(
    place: Place,
    router: str,
    text: str,
    vtysh: Vtysh,
    *,
    dry_run: bool = False,
    before: Callable[[tuple[Change, ...]], object] = lambda _: None,
    confirm: Callable[[], object] = lambda: None,
    committed: Callable[[], object] = lambda: None,
    note: Callable[[str], object] = lambda _: None,
) -> tuple[Change, ...]:
    """Make the FRR of a place hold the file ``text``, and nothing else of netkit's; returns what
    was changed. ``before``, ``confirm`` and ``committed`` are as
    :func:`netkit.apply.router.apply` has them; ``note`` is told what is odd and stops nothing.

    Raises:
        InputError: something is in the way, the version is too old, or a crash has left something:
            nothing was changed.
        ApplyError: something went wrong on the way: FRR is as it was, or it is said how not.
        PrivilegeError: this takes root.
    """
    with opened(place, FRR) as (kernel, site):
        site.require_finished()
        world = FrrWorld(vtysh, kernel)
        held = world.statements()
        try:
            asked = read_statements(text, world.grammar)
        except ValueError as error:
            raise InputError.single("not a file of target frr", value=error, field="frr") from error
        wanted = carried_by(asked, held)
        found = [
            *_of_another_version(wanted, world.grammar),
            *_in_the_way(wanted, held.foreign),
            *_missing(kernel, wanted),
        ]
        if found:
            raise InputError(Problem(router, None, one) for one in found)
        unheard = unadvertised(asked, held)
        if unheard is not None:
            note(f"{router}: {unheard}")
        needed = changes_of(router, held.own, wanted)
        if dry_run or not needed:
            return needed
        before(needed)
        stay = _in_danger(needed, held.own, wanted)
        site.perform(router, world, (*needed, *stay), confirm, committed)
        return needed


def recover_frr(
    place: Place,
    vtysh: Vtysh,
    *,
    dry_run: bool = False,
    note: Callable[[str], object] = lambda _: None,
) -> Recovered | None:
    """Take back what a crash has left half done of FRR; None where there is nothing. A ``dry_run``
    says what that would be; ``note`` is told what is half done of the kernel.

    Raises:
        InputError: the machine was started anew since, and FRR with a saved configuration that has
            some of it: nothing is taken back.
        ApplyError: something could not be put back; it is named, and this may be tried again.
    """
    with opened(place, FRR) as (kernel, site):
        world = FrrWorld(vtysh, kernel)

        def started_anew(left: Unfinished) -> InputError | None:
            held = world.held(one.key for one in left.changes)
            saved = [one for one in made(left.changes) if _is_there(one, held)]
            return _was_saved(left, len(saved)) if saved else None

        return site.recover(world, dry_run=dry_run, note=note, started_anew=started_anew)


def _is_there(change: Change, held: Mapping[Key, KernelObject]) -> bool:
    """Is it as it was to become? Whether it is in force yet does not matter."""
    now, after = held.get(change.key), change.after
    if not isinstance(now, FrrStatement) or not isinstance(after, FrrStatement):
        return False
    return replace(now, in_force=True) == replace(after, in_force=True)


def _was_saved(left: Unfinished, count: int) -> InputError:
    return InputError.single(
        f"{left.router}: this machine was started anew since the crash, and FRR with its saved"
        f" configuration, which has {count} of {counted(len(made(left.changes)), 'change')} that"
        " were on the way then; nothing is taken back",
        remedy="Apply what it is to hold (netkit apply --frr), which changes what differs, and"
        " then write memory",
    )  # fmt: skip


def _in_danger(
    needed: Iterable[Change], held: Iterable[FrrStatement], wanted: Collection[FrrStatement]
) -> Iterator[Change]:
    """SIDs that are to stay while routes change: staticd may forget them (FRRouting/frr#18822)."""
    changed = [end for one in needed for end in (one.before, one.after)]
    if any(isinstance(one, FrrStatement) and one.rank == ROUTE for one in changed):
        yield from (Change(one, one) for one in held if one.rank == SID and one in wanted)


def _of_another_version(wanted: Iterable[FrrStatement], grammar: Grammar) -> Iterator[str]:
    """Files are of the version that a topology states; another one that runs here may take their
    words for something else."""
    for one in wanted:
        words = one.words.split()
        if one.rank == SID and words[5] == BEHAVIORS[EndpointBehavior.END_X] and grammar.no_uas:
            yield f"{one.words!r} is not for the FRR here: {grammar.no_uas}"
        if one.rank == ROUTE and words[0] == "ip" and not grammar.ipv4:
            yield f"{one.words!r} is not for the FRR here: {grammar} has no segments in IPv4 routes"


def _in_the_way(wanted: Iterable[FrrStatement], foreign: Mapping[Key, str]) -> Iterator[str]:
    for one in wanted:
        words = foreign.get(one.key)
        if words is not None and words != one.words:
            where = f" in {one.nodes[0]!r}" if one.nodes else ""
            yield f"FRR has {words!r}{where} already, which is not netkit's; take it away"


def _missing(kernel: Kernel, wanted: Iterable[FrrStatement]) -> Iterator[str]:
    there = kernel.interfaces()
    if SID_DEVICE not in there:
        yield f"there is no interface {SID_DEVICE}: ip link add {SID_DEVICE} type dummy"
    for vrf in sorted({name for one in wanted for name in vrfs_of(one)} - there.keys()):
        yield f"there is no VRF device {vrf}, which the router's state names"
    for name in ("forwarding", "seg6_enabled"):
        if setting("all", name) == 0:
            yield f"{name} of IPv6 is off: sysctl -w net.ipv6.conf.all.{name}=1"
