"""Measuring on a real network: one or more flows from this machine to one host."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from time import monotonic_ns, time_ns

from netkit.errors import InputError
from netkit.interrupts import terminated_like_interrupted
from netkit.model.measurement.clock import ClockReport
from netkit.model.units import NS_PER_MS
from netkit.probe.clock.this_host import (
    clock_state,
    estimate_uncertainty_us,
    examine_clock,
    report_error_estimate,
    report_uncertainty_us,
)
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.run.dual_stack import first_answering, one_of_each_kind
from netkit.probe.run.fast import SampleSink, is_stream, pace_before, run_fast
from netkit.probe.run.flow_setup import open_flow, session_config
from netkit.probe.run.loop import run_sessions
from netkit.probe.run.send_options import SendOptions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.clock_watch import ClockWatch
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import RunEnd, SessionResult, Snapshot
from netkit.probe.sender.session import SenderSession
from netkit.probe.stream.pace import Pace
from netkit.wire.ports import STAMP_PORT
from netkit.wire.timestamps import TimestampFormat

_FAMILIES = {None: 0, 4: socket.AF_INET, 6: socket.AF_INET6}
_MAX_PORT = 0xFFFF

Watch = Callable[[Sequence[Snapshot]], None]
"""Called four times a second with how each flow stands."""


@dataclass(frozen=True, slots=True)
class FlowResult:
    """One flow: its source port, and its session with the reflector."""

    source_port: int
    session: SessionResult


@dataclass(frozen=True, slots=True)
class SendResult:
    """All flows to ``address``. ``uncertainty_us`` sums what both clocks say they may be off, and
    ``own_uncertainty_us`` is what this end's says; infinite where nothing bounds it.

    ``clock`` is what was said of this end's own before the run, which was from ``started_ns`` to
    ``ended_ns`` (ns since 1970, UTC) on the host called ``sender``. ``other_way`` is an address of
    the other family, 4 or 6, that the name has too; None if there is none, or no way there. It did
    not answer either, or was ``passed_over`` as it comes first and did not answer. ``pace`` is the
    rate at which this host said before a fast run that it keeps up, None of others.
    """

    address: str
    flows: tuple[FlowResult, ...]
    end: RunEnd
    uncertainty_us: float
    clock: ClockReport
    started_ns: int = 0
    ended_ns: int = 0
    sender: str = ""
    other_way: str | None = None
    passed_over: bool = False
    own_uncertainty_us: float = math.inf
    pace: Pace | None = None


def send(
    host: str,
    port: int = STAMP_PORT,
    options: SendOptions | None = None,
    watch: Watch | None = None,
    sink: SampleSink | None = None,
    before: Callable[[Pace], object] | None = None,
) -> SendResult:
    """Probe ``host``. Ctrl-C and SIGTERM end the run early; what was measured is returned.

    An interval under 1 ms and runs of more than 100,000 probes are for ``live_stream``, which takes
    one flow of plain periodic probes; samples of the latter are not kept, but go to ``sink``. With
    ``before`` it is tried at which rate this host keeps up with those under 1 ms, and it is called
    with that before the first of them.

    Raises :class:`ProbeError` if the name cannot be resolved or no socket can be had, and
    :class:`InputError` for a size that no probe can have, or segments without IPv6.
    """
    options = options or SendOptions()
    candidates = destinations(host, port, options)
    streamed = is_stream(options)
    clock = examine_clock()
    form = TimestampFormat.NTP if options.ntp else TimestampFormat.PTP
    estimate = report_error_estimate(clock, form)

    def probe_to(address: Address) -> SenderPort:
        asking = replace(session_config(options, address, estimate), count=1, interval_ns=NS_PER_MS)
        return SenderPort(SenderSession(asking), open_flow(options, 0, address), address)

    with ExitStack() as stack, terminated_like_interrupted():
        destination = first_answering(candidates, probe_to)
        opened = [_kept(stack, options, flow, destination) for flow in range(options.flows)]
        configs = [session_config(options, destination, estimate) for _ in opened]
        pace = None
        if streamed and before is not None:
            pace = pace_before(configs[0], destination, sink)
            if pace is not None:
                before(pace)
        started_ns = time_ns()
        if streamed:
            results, end = _run_one(configs[0], opened[0], destination, watch, sink)
        else:
            results, end = _run_flows(configs, opened, destination, watch)
        flows = tuple(map(FlowResult, [each.port for each in opened], results))
    ended_ns = time_ns()
    own_us = own_uncertainty_us(clock, ended_ns - started_ns)
    return SendResult(
        str(destination[0]), flows, end, uncertainty_us(own_us, flows), clock,
        started_ns, ended_ns, socket.gethostname(),
        next((str(one[0]) for one in candidates if one is not destination), None),
        destination is not candidates[0], own_us, pace,
    )  # fmt: skip


def _kept(stack: ExitStack, options: SendOptions, flow: int, to: Address) -> StampSocket:
    """The socket of a flow, which is closed with ``stack``."""
    opened = open_flow(options, flow, to)
    stack.callback(opened.close)
    return opened


def uncertainty_us(own_us: float, flows: Sequence[FlowResult]) -> float:
    """What this end says, and the other in its replies."""
    theirs_us = (estimate_uncertainty_us(flow.session.reflector_error) for flow in flows)
    return own_us + max(theirs_us)


def own_uncertainty_us(clock: ClockReport, took_ns: int) -> float:
    """What this end says before and after a run that took so long."""
    after = clock.with_kernel(clock_state().claim(), max(0, took_ns))
    return max(report_uncertainty_us(clock), report_uncertainty_us(after))


def destinations(host: str, port: int, options: SendOptions) -> list[Address]:
    """Where to send, the best address first, if that can be done as ``options`` want it.

    Raises :class:`ProbeError` of no name, :class:`InputError` for segments without IPv6 and for
    more flows than ports are left.
    """
    if options.source_port + options.flows - 1 > _MAX_PORT:
        raise InputError.argument(
            "source_port",
            value=options.source_port,
            expected=f"at most {_MAX_PORT - options.flows + 1} for {options.flows} flows",
        )
    found = one_of_each_kind(host, port, _FAMILIES[_family(options)], options.interface)
    if not (options.segments or options.return_segments):
        return found
    over_ipv6: list[Address] = [address for address in found if len(address) == 4]
    if not over_ipv6:
        raise InputError.single("segment list", value=found[0][0], expected="an IPv6 host")
    return over_ipv6


def _family(options: SendOptions) -> int | None:
    """4 or 6 where only one will do, also because the source address is of that kind."""
    if options.source is None:
        return options.family
    version = options.source.version
    if options.family not in (None, version):
        raise InputError.argument(
            "source", value=options.source, expected=f"an IPv{options.family} address"
        )
    return version


def _run_one(
    config: SessionConfig,
    opened: StampSocket,
    destination: Address,
    watch: Watch | None,
    sink: SampleSink | None,
) -> tuple[tuple[SessionResult, ...], RunEnd]:
    result, end = run_fast(config, opened, destination, watch, sink)
    return (result,), end


def _run_flows(
    configs: Sequence[SessionConfig],
    opened: Sequence[StampSocket],
    destination: Address,
    watch: Watch | None,
) -> tuple[tuple[SessionResult, ...], RunEnd]:
    clock = ClockWatch()
    sessions = [SenderSession(config, clock) for config in configs]

    def look(_sent: int, _total: int) -> None:
        if watch is not None:
            watch([session.snapshot(monotonic_ns()) for session in sessions])

    ports = [SenderPort(*each, destination) for each in zip(sessions, opened, strict=True)]
    run = run_sessions(ports, on_progress=look)
    return run.sessions, run.end
