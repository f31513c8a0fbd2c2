"""Whether the kernel would reflect here, found out by having it do so for nobody."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from netkit.bpf.links import program_name, programs_at
from netkit.bpf.program import Hook
from netkit.errors import NetkitError
from netkit.probe.in_kernel.mode import KernelMode
from netkit.probe.in_kernel.program import NAME
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.kernel.abilities import Ability
from netkit.probe.kernel.links_and_addresses import Interface, interfaces
from netkit.probe.run.reflecting.in_kernel import open_kernel_reflector
from netkit.wire.ports import STAMP_PORT


def try_kernel_reflector() -> Ability:
    """Attach the program for a moment, without an address to answer at; and who has it attached."""
    try:
        at = attached()
        with ExitStack() as stack:
            found = open_kernel_reflector(
                KernelMode.AUTO, Rules(STAMP_PORT), stack, interface=None, authenticated=False
            )
    except (OSError, NetkitError) as error:
        return Ability(False, str(error))
    works = found.kernel is not None
    where = f"; attached to {', '.join(at)}" if at else "; attached nowhere"
    return Ability(works, f"base packets are answered {found.how}" + where)


def attached() -> list[str]:
    """The interfaces of this namespace where a reflector of netkit answers in the kernel.

    Raises OSError or :class:`~netkit.errors.ProbeError` where the kernel does not tell.
    """
    return [one.name for one in interfaces() if NAME in _programs(one)]


def _programs(one: Interface) -> tuple[str, ...]:
    there = programs_at(one.index, Hook.TCX_INGRESS)
    if one.xdp_program:
        with suppress(FileNotFoundError):  # it went meanwhile
            there += (program_name(one.xdp_program),)
    return there
