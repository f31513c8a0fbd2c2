"""Measuring on a real network: one sender to one host, or one reflector, from this machine.

SIGTERM ends either as Ctrl-C does: cleanly, and with everything measured so far.
"""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from netkit.model.units import NS_PER_MS
from netkit.probe.clock import (
    clock_state,
    estimate_uncertainty_us,
    examine_clock,
    report_error_estimate,
    report_uncertainty_us,
)
from netkit.probe.reflector import Reflector
from netkit.probe.request import MIN_REQUEST_BYTES
from netkit.probe.runner import (
    Progress,
    ReflectorPort,
    RunEnd,
    SenderPort,
    run_sessions,
)
from netkit.probe.session import SenderSession, SessionConfig, SessionResult
from netkit.probe.sockets import open_stamp_socket, resolve
from netkit.probe.tlv_answers import Policy
from netkit.wire.stamp import STAMP_PORT

_ANY = {2: "0.0.0.0", 4: "::"}  # noqa: S104 - by the length of the destination's socket address
_MAX_SSID = 0xFFFF


@dataclass(frozen=True, slots=True)
class SendResult:
    """A session with ``address``. ``uncertainty_us`` sums what both clocks say they may be off."""

    address: str
    session: SessionResult
    end: RunEnd
    uncertainty_us: float


def send(
    host: str,
    port: int = STAMP_PORT,
    *,
    count: int = 10,
    interval_ms: float = 1000,
    timeout_ms: float = 1000,
    request_bytes: int = MIN_REQUEST_BYTES,
    poisson: bool = False,
    on_progress: Progress | None = None,
) -> SendResult:
    """Probe ``host``. Ctrl-C and SIGTERM end the run early; what was measured is returned.

    Raises :class:`ProbeError` if the name cannot be resolved or no socket can be had, and
    :class:`InputError` for a size that no probe can have.
    """
    clock = examine_clock()
    config = SessionConfig(
        count=count,
        interval_ns=int(interval_ms * NS_PER_MS),
        timeout_ns=int(timeout_ms * NS_PER_MS),
        ssid=1 + secrets.randbelow(_MAX_SSID),
        seed=secrets.randbits(32),
        request_bytes=request_bytes,
        error_estimate=report_error_estimate(clock),
        poisson=poisson,
    )
    destination = resolve(host, port)
    session = SenderSession(config)
    socket = open_stamp_socket(_ANY[len(destination)])
    try:
        with _terminated_like_interrupted():
            run = run_sessions([SenderPort(session, socket, destination)], on_progress=on_progress)
    finally:
        socket.close()
    after = clock.with_kernel(clock_state().claim())
    ours_us = max(report_uncertainty_us(clock), report_uncertainty_us(after))
    theirs_us = estimate_uncertainty_us(run.sessions[0].reflector_error)
    return SendResult(str(destination[0]), run.sessions[0], run.end, ours_us + theirs_us)


def reflect(bind: str = "::", port: int = STAMP_PORT) -> Mapping[str, int]:
    """Answer STAMP requests until Ctrl-C or SIGTERM; returns the reflector's counters.

    Raises :class:`PrivilegeError` for a port under 1024 without the privilege, and
    :class:`ProbeError` if the address or port cannot be had.
    """
    socket = open_stamp_socket(bind, port)
    clock = examine_clock()
    reflector = Reflector(
        error_estimate=report_error_estimate(clock),
        refused_port=socket.port,
        policy=Policy(sync_source=clock.source or 0),
    )

    def ask_clock_again(_sent: int, _total: int) -> None:
        newest = clock.with_kernel(clock_state().claim())
        reflector.error_estimate = report_error_estimate(newest)

    try:
        with _terminated_like_interrupted():
            run_sessions([], [ReflectorPort(reflector, socket)], on_progress=ask_clock_again)
    finally:
        socket.close()
    return dict(sorted(reflector.counters.items()))


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what signals do
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
