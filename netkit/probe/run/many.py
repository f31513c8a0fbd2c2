"""Measuring many targets at once: a session each, one event loop for all of them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from ipaddress import ip_address
from time import monotonic_ns, time_ns

from netkit.errors import InputError, ProbeError
from netkit.interrupts import terminated_like_interrupted
from netkit.model.measurement.clock import ClockReport
from netkit.model.progress import Progress
from netkit.model.units import NS_PER_MS
from netkit.probe.clock.this_host import examine_clock, report_error_estimate
from netkit.probe.kernel.addresses import Address, is_own
from netkit.probe.kernel.process import make_room
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.run.dual_stack import PATIENCE_S
from netkit.probe.run.fast import is_stream
from netkit.probe.run.flow_setup import open_flow, session_config
from netkit.probe.run.looking_up import looked_up
from netkit.probe.run.loop import RunResult, run_sessions
from netkit.probe.run.send import (
    FlowResult,
    SendResult,
    own_uncertainty_us,
    uncertainty_us,
)
from netkit.probe.run.send_options import SendOptions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.clock_watch import ClockWatch
from netkit.probe.sender.result import RunEnd, Snapshot
from netkit.probe.sender.session import SenderSession
from netkit.wire.return_path import IpAddress
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat


@dataclass(frozen=True, slots=True)
class Target:
    """A host to probe: ``hosts`` are its addresses or names, the best first.

    Its schedule begins at ``start_ns`` (UTC), or at once if that has gone by. ``sources`` are
    addresses of this host of which the first of the destination's family that it has is sent from.
    """

    name: str
    hosts: tuple[str, ...]
    port: int
    options: SendOptions
    start_ns: int = 0
    sources: tuple[IpAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetResult:
    """What became of one target: its result, or why it could not be probed at all."""

    target: Target
    result: SendResult | None
    error: str | None = None

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended it before its last probe."""
        return self.result is not None and self.result.end is RunEnd.INTERRUPTED


ManyWatch = Callable[[Sequence[tuple[Target, Snapshot]]], None]
"""Called four times a second with how each target stands."""


def send_to_all(
    targets: Sequence[Target], watch: ManyWatch | None = None
) -> tuple[TargetResult, ...]:
    """Probe all targets, each as its options say, one flow each; results in the order given.

    A target whose name cannot be resolved, or that no socket can be had for, costs nobody else
    anything. Ctrl-C and SIGTERM end the run early; what was measured is returned.

    Raises :class:`~netkit.errors.InputError` for options that need a run of their own: probes under
    1 ms apart, over 100,000 of them, or several flows.
    """
    begun_ns, at_ns = time_ns(), monotonic_ns()
    for target in targets:
        _check(target.options)
    make_room(len(targets))
    clock = examine_clock()
    with ExitStack() as stack, terminated_like_interrupted():
        opened, errors = _open_all(stack, targets, clock)
        started_ns = time_ns()
        # A clock that is set meanwhile moves no start: it might be a year away then.
        now_ns = begun_ns + monotonic_ns() - at_ns
        steps = ClockWatch()
        ports = [_port(targets[place], *opened[place], clock, now_ns, steps) for place in opened]
        run = _run(ports, _looking(targets, opened, ports, watch))
        sources = [port.socket.port for port in ports]
    ended_ns = time_ns()
    own_us = own_uncertainty_us(clock, ended_ns - started_ns)
    found: dict[int, TargetResult] = {}
    for place, source, session in zip(opened, sources, run.sessions, strict=True):
        flows = (FlowResult(source, session),)
        result = SendResult(
            str(opened[place][0][0]), flows, run.end, uncertainty_us(own_us, flows), clock,
            started_ns, ended_ns, socket.gethostname(), own_uncertainty_us=own_us,
        )  # fmt: skip
        found[place] = TargetResult(targets[place], result)
    return tuple(
        found.get(place) or TargetResult(target, None, errors[place])
        for place, target in enumerate(targets)
    )


def _run(ports: Sequence[SenderPort], look: Progress) -> RunResult:
    """Without senders the loop would reflect for ever."""
    return run_sessions(ports, on_progress=look) if ports else RunResult((), RunEnd.COMPLETE)


def _check(options: SendOptions) -> None:
    if options.flows > 1:
        raise InputError.argument("flows", value=options.flows, expected="1 for several targets")
    if is_stream(options):
        raise InputError.single(
            "fast or long runs", value=f"{options.count} probes, {options.interval_ms:g} ms apart",
            expected="at most 100000 probes, at least 1 ms apart, for several targets",
        )  # fmt: skip


_Opened = dict[int, tuple[Address, StampSocket]]


def _open_all(
    stack: ExitStack, targets: Sequence[Target], clock: ClockReport
) -> tuple[_Opened, dict[int, str]]:
    """The destination and the socket of each target, by its place; or why it has none."""
    asked = [(one.hosts, one.port, one.options) for one in targets]
    candidates, errors = looked_up(asked)
    opened: _Opened = {}
    for place, address in _first_answering(targets, candidates, clock).items():
        try:
            udp = open_flow(_from(targets[place], address), 0, address)
        except ProbeError as error:
            errors[place] = str(error)
            continue
        stack.callback(udp.close)
        opened[place] = (address, udp)
    return dict(sorted(opened.items())), errors


def _first_answering(
    targets: Sequence[Target], candidates: dict[int, list[Address]], clock: ClockReport
) -> dict[int, Address]:
    """Of each target the first address that answers a probe, all asked at once; else the first."""
    asked = [(place, one) for place, all_ in candidates.items() if len(all_) > 1 for one in all_]
    answering: set[tuple[int, Address]] = set()
    with ExitStack() as stack:
        ports, of = [], []
        for place, address in asked:
            options = replace(_from(targets[place], address), count=1)
            try:
                udp = open_flow(options, 0, address)
            except ProbeError:
                continue
            stack.callback(udp.close)
            config = session_config(options, address, _estimate(clock, options))
            ports.append(
                SenderPort(SenderSession(replace(config, interval_ns=NS_PER_MS)), udp, address)
            )
            of.append((place, address))
        if ports:
            run = run_sessions(ports, deadline_s=PATIENCE_S)
            if run.end is RunEnd.INTERRUPTED:
                raise KeyboardInterrupt
            answering = {
                one
                for one, session in zip(of, run.sessions, strict=True)
                if any(sample.t4 is not None for sample in session.samples)
            }
    return {
        place: next((one for one in all_ if (place, one) in answering), all_[0])
        for place, all_ in candidates.items()
    }


def _port(
    target: Target,
    address: Address,
    udp: StampSocket,
    clock: ClockReport,
    now_ns: int,
    steps: ClockWatch,
) -> SenderPort:
    config = session_config(target.options, address, _estimate(clock, target.options))
    return SenderPort(SenderSession(config, steps), udp, address, max(0, target.start_ns - now_ns))


def _estimate(clock: ClockReport, options: SendOptions) -> ErrorEstimate:
    form = TimestampFormat.NTP if options.ntp else TimestampFormat.PTP
    return report_error_estimate(clock, form)


def _from(target: Target, destination: Address) -> SendOptions:
    """From the first of its sources of the destination's family that this host has, the first of
    all if it has none; without any from whichever address. From a loopback address nobody but this
    host itself is reached."""
    to = ip_address(destination[0])
    known = [one for one in target.sources
             if one.version == to.version and (to.is_loopback or not one.is_loopback)]  # fmt: skip
    if not known:
        return target.options
    own = (one for one in known if is_own(str(one), target.options.interface))
    return replace(target.options, source=next(own, known[0]))


def _looking(
    targets: Sequence[Target], opened: _Opened, ports: Sequence[SenderPort], watch: ManyWatch | None
) -> Callable[[int, int], None]:
    def look(_sent: int, _total: int) -> None:
        if watch is not None:
            now_ns = monotonic_ns()
            watch([
                (targets[place], port.session.snapshot(now_ns))
                for place, port in zip(opened, ports, strict=True)
            ])  # fmt: skip

    return look
