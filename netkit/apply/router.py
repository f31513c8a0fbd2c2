"""Applying to the Linux router here: look first, change whole or not at all, recover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from netkit.apply.changes import Change, changes_of
from netkit.apply.linux.kernel import Kernel
from netkit.apply.linux.preflight import problems
from netkit.apply.objects import KernelObject
from netkit.apply.place import Place, Recovered, opened
from netkit.errors import InputError, Problem


def apply(
    place: Place,
    router: str,
    wanted: Iterable[KernelObject],
    *,
    dry_run: bool = False,
    before: Callable[[tuple[Change, ...]], object] = lambda _: None,
    confirm: Callable[[], object] = lambda: None,
    committed: Callable[[], object] = lambda: None,
) -> tuple[Change, ...]:
    """Make the router hold ``wanted`` and nothing else of netkit's; returns what was changed.

    ``before`` is told what will be changed, ahead of the first change; ``confirm`` is called at the
    end, and raises where the new state must not stand; ``committed`` is told once it does. All run
    in the router's namespace.

    Raises:
        InputError: something is in the way, or a crash has left something: nothing was changed.
        ApplyError: something went wrong on the way: the router is as it was, or it is said how not.
        PrivilegeError: this takes root (CAP_NET_ADMIN).
    """
    objects = list(wanted)
    with opened(place) as (kernel, site):
        site.require_finished()
        found = problems(kernel, objects)
        if found:
            raise InputError(Problem(router, None, one) for one in found)
        needed = changes_of(router, _held(kernel, objects), objects)
        if dry_run or not needed:
            return needed
        before(needed)
        site.perform(router, kernel, needed, confirm, committed)
        return needed


def _held(kernel: Kernel, wanted: Sequence[KernelObject]) -> tuple[KernelObject, ...]:
    """What is netkit's; and a source that is as wanted, whoever set it: it stays what it was if the
    rest is taken back."""
    own = kernel.own()
    return own or tuple(one for one in kernel.source() if one in wanted)


def recover(
    place: Place, *, dry_run: bool = False, note: Callable[[str], object] = lambda _: None
) -> Recovered | None:
    """Take back what a crash has left half done; None where there is nothing. A ``dry_run`` says
    what that would be; ``note`` is told what is half done of FRR.

    Raises:
        ApplyError: something could not be put back; it is named, and this may be tried again.
    """
    with opened(place) as (kernel, site):
        return site.recover(kernel, dry_run=dry_run, note=note)
