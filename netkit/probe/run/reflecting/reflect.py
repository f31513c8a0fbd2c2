"""Reflecting for real hosts: sockets, then no privileges, then answers until told to stop."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from time import monotonic_ns

from netkit.errors import ProbeError
from netkit.interrupts import terminated_like_interrupted
from netkit.model.measurement.clock import ClockReport
from netkit.model.units import NS_PER_S
from netkit.probe.clock.this_host import clock_state, examine_clock, report_error_estimate
from netkit.probe.kernel.addresses import interface_number
from netkit.probe.kernel.process import drop_privileges
from netkit.probe.run.loop import run_sessions
from netkit.probe.run.reflecting.opening import Reflecting, ReflectOptions, open_reflectors

_PATIENCE_NS, _AGAIN_S = 60 * NS_PER_S, 0.25


def _nothing(*_told: object) -> None:
    """Nobody is to be told."""


def reflect(
    options: ReflectOptions,
    on_ready: Callable[[Sequence[str], str], None] = _nothing,
    on_other: Callable[[str], None] = _nothing,
) -> Mapping[str, int]:
    """Answer STAMP requests until Ctrl-C or SIGTERM; returns the counters of all reflectors.

    ``on_ready`` is called with the addresses, and who answers base packets, once all ports are
    bound and privileges given up; ``on_other`` with who does each time that this is somebody else,
    as where the host has come to more addresses than the kernel has places for. An interface that
    is made anew gets other sockets, and ``on_ready`` is called again; where they cannot be had, as
    of a port under 1024 without privileges, that is an error as at the start.
    Raises :class:`PrivilegeError` for a port under 1024 without the privilege, and
    :class:`ProbeError` if an address (of ``policy.addresses`` too) or port cannot be had, or the
    kernel cannot send replies over segment lists although they are allowed.
    """
    total: Counter[str] = Counter()
    with ExitStack() as stack, terminated_like_interrupted():
        clock, asked_ns = examine_clock(), monotonic_ns()
        numbers = _numbers(options)
        opened = open_reflectors(options, stack, clock)
        drop_privileges(options.user)
        while True:
            opened.look(report_error_estimate(clock))
            on_ready(tuple(opened.ports), opened.how)
            anew = _answered(opened, options, numbers, (clock, asked_ns), on_other)
            total.update(opened.counters())
            if not anew:
                return dict(sorted(total.items()))
            numbers = _numbers(options)
            stack.close()
            try:
                opened = _opened_anew(options, stack, clock)
            except KeyboardInterrupt:
                return dict(sorted(total.items()))


class _MadeAnew(Exception):  # noqa: N818 - it is no error
    """An interface is another one of the same name: sockets of before hear nothing of it."""


def _answered(
    opened: Reflecting, options: ReflectOptions, numbers: Mapping[str, int],
    asked: tuple[ClockReport, int], on_other: Callable[[str], None],
) -> bool:  # fmt: skip
    """Answer until told to stop; whether an interface was made anew before."""
    clock, asked_ns = asked
    how = opened.how

    def look(_sent: int, _total: int) -> None:
        nonlocal how
        aged_ns = monotonic_ns() - asked_ns
        opened.look(report_error_estimate(clock.with_kernel(clock_state().claim(), aged_ns)))
        before, how = how, opened.how
        if how != before:
            on_other(how)
        now = _numbers(options)
        if all(now.values()) and now != numbers:
            raise _MadeAnew

    try:
        run_sessions([], list(opened.ports.values()), on_progress=look)
    except _MadeAnew:
        return True
    return False


def _opened_anew(options: ReflectOptions, stack: ExitStack, clock: ClockReport) -> Reflecting:
    """As :func:`open_reflectors`; the addresses of an interface come a moment after it."""
    until_ns = monotonic_ns() + _PATIENCE_NS
    while True:
        try:
            return open_reflectors(options, stack, clock)
        except ProbeError:
            if monotonic_ns() >= until_ns:
                raise
        time.sleep(_AGAIN_S)


def _numbers(options: ReflectOptions) -> dict[str, int]:
    """Of the interfaces that sockets are bound to: by option, and by the zones of addresses."""
    zones = (bind.partition("%")[2] for bind in options.binds)
    return {name: interface_number(name) for name in (options.interface, *zones) if name}
