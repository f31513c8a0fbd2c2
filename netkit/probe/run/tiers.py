"""Many one-way delays at once, each against a bound of its own: does every policy keep its tier?

Sockets are opened ahead of the measurement, so that what is in the way of it is found before
anything is changed. A first probe of each flow is not counted: it waits for neighbours to be
resolved, and for routes to be as they will be.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from ipaddress import IPv6Address
from time import monotonic_ns
from types import TracebackType
from typing import Self

from netkit.errors import InputError, counted
from netkit.model.units import NS_PER_S, ms_to_us
from netkit.model.verdict import Verdict
from netkit.probe.clock.this_host import examine_clock, report_error_estimate
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.process import make_room
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.run.flows import worst_way
from netkit.probe.run.loop import run_sessions
from netkit.probe.run.send import FlowResult, own_uncertainty_us, uncertainty_us
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import CLOSING_GAP_NS, SessionConfig
from netkit.probe.sender.result import RunEnd, SessionResult
from netkit.probe.sender.session import SenderSession
from netkit.stats.judgement import MIN_SAMPLES
from netkit.stats.summary import summarize
from netkit.wire.ports import STAMP_PORT
from netkit.wire.timestamps import ErrorEstimate

_INTERVAL_NS = 50_000_000
_MOST_A_SECOND = 2000
"""Probes of all flows together: what one thread sends and receives with time to spare."""

_WARM_UP_NS = NS_PER_S
_TIMEOUT_NS = NS_PER_S
_SSIDS = 0xFFFF


@dataclass(frozen=True, slots=True)
class TierProbe:
    """What is measured for ``name``: the delay from ``source``, an address of this host, to the
    Session-Reflector at ``target``, over so many ``flows``, against ``bound_us`` one way. With an
    ``interface``, as the VRF that the source is in, everything goes out and comes in there."""

    name: str
    source: IPv6Address
    target: IPv6Address
    bound_us: int
    port: int = STAMP_PORT
    flows: int = 1
    interface: str | None = None


@dataclass(frozen=True, slots=True)
class TierMeasured:
    """What came of ``probe`` on the worst of its flows: ``judged_us`` (None where nothing came)
    and the verdict on it, with so many probes ``sent`` and ``received`` there in all flows."""

    probe: TierProbe
    verdict: Verdict
    judged_on: str | None
    judged_us: float | None
    uncertainty_us: float
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """So many probes a flow, one every ``interval_ns``."""

    count: int
    interval_ns: int


def schedule(flows: int, window_s: float) -> Schedule:
    """As many probes as ``window_s`` has room for, with a first one and the last one's timeout.

    Raises:
        InputError: that is too few to judge by.
    """
    interval_ns = max(_INTERVAL_NS, flows * NS_PER_S // _MOST_A_SECOND)
    around_ns = _WARM_UP_NS + _TIMEOUT_NS + 2 * CLOSING_GAP_NS
    count = (round(window_s * NS_PER_S) - around_ns) // interval_ns
    if count < MIN_SAMPLES:
        least_s = -(-(around_ns + MIN_SAMPLES * interval_ns) // NS_PER_S)
        raise InputError.argument(
            "confirm", value=f"{window_s:g}s",
            expected=f"at least {least_s}s for {counted(flows, 'flow')}",
        )  # fmt: skip
    return Schedule(count, interval_ns)


class TierBench:
    """The sockets of all ``probes``, open until the end of ``with``, ready to :meth:`run`.

    Flows of one probe have labels of their own, so that a split policy spreads them over its lists.

    Raises:
        InputError: ``window_s`` is too short.
        ProbeError: a socket cannot be had.
    """

    def __init__(self, probes: Sequence[TierProbe], window_s: float) -> None:
        self._probes = probes
        flows = sum(one.flows for one in probes)
        self._schedule = schedule(flows, window_s)
        make_room(flows)
        self._stack = ExitStack()
        try:
            self._ways = [self._open(one) for one in probes for _ in range(one.flows)]
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def run(self, clock_error_ms: float | None = None) -> tuple[TierMeasured, ...]:
        """Measure all at once; ``clock_error_ms`` replaces what both clocks say of themselves.

        Ctrl-C raises KeyboardInterrupt: half a measurement confirms nothing.
        """
        begin_ns, clock = monotonic_ns(), examine_clock()
        estimate = report_error_estimate(clock)
        self._sessions(SessionConfig(1, _WARM_UP_NS, _WARM_UP_NS, error_estimate=estimate))
        results = self._sessions(self._config(estimate))
        took_ns = monotonic_ns() - begin_ns
        found = []
        own_us = own_uncertainty_us(clock, took_ns)
        for probe, flows in self._of_probes(results):
            off_us = uncertainty_us(own_us, flows)
            errors: tuple[float, float | None] = off_us, own_us
            if clock_error_ms is not None:
                errors = ms_to_us(clock_error_ms), None
            found.append(_measured(probe, [flow.session for flow in flows], *errors))
        return tuple(found)

    def _open(self, probe: TierProbe) -> tuple[StampSocket, Address]:
        opened = open_stamp_socket(str(probe.source), interface=probe.interface)
        self._stack.callback(opened.close)
        to: Address = (str(probe.target), probe.port, 0, 0)
        return opened, opened.labelled(to) if probe.flows > 1 else to

    def _config(self, estimate: ErrorEstimate) -> SessionConfig:
        own = self._schedule
        return SessionConfig(own.count, own.interval_ns, _TIMEOUT_NS, error_estimate=estimate)

    def _sessions(self, config: SessionConfig) -> tuple[SessionResult, ...]:
        """One session a socket, each with a number and a phase of its own."""
        ports = [SenderPort(SenderSession(_own(config)), *way) for way in self._ways]
        run = run_sessions(ports)
        if run.end is RunEnd.INTERRUPTED:
            raise KeyboardInterrupt
        return run.sessions

    def _of_probes(
        self, results: Sequence[SessionResult]
    ) -> Iterator[tuple[TierProbe, Sequence[FlowResult]]]:
        ports = [opened.port for opened, _ in self._ways]
        flows = list(map(FlowResult, ports, results))
        at = 0
        for probe in self._probes:
            yield probe, flows[at : at + probe.flows]
            at += probe.flows


def _own(config: SessionConfig) -> SessionConfig:
    return replace(config, ssid=1 + secrets.randbelow(_SSIDS), seed=secrets.randbits(32))


def _measured(
    probe: TierProbe, sessions: Sequence[SessionResult], off_us: float, own_us: float | None
) -> TierMeasured:
    ways = [
        summarize(
            one.samples, probe.bound_us, off_us, dropped_here=one.dropped_here,
            own_us=own_us, own_steps=one.clock_steps,
        ).forward
        for one in sessions
    ]  # fmt: skip
    way = worst_way(ways)
    return TierMeasured(
        probe, way.verdict, way.judged_on, way.judged_us, off_us,
        sum(one.sent for one in ways), sum(one.received for one in ways),
    )  # fmt: skip
