"""Reflecting for real hosts: sockets, then no privileges, then answers until told to stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address
from socket import AF_INET6

from netkit.interrupts import terminated_like_interrupted
from netkit.model.measurement.clock import ClockReport
from netkit.probe.clock.this_host import clock_state, examine_clock, report_error_estimate
from netkit.probe.kernel.process import UNPRIVILEGED, drop_privileges
from netkit.probe.kernel.sockets import StampSocket, open_stamp_socket
from netkit.probe.reflector.access import AccessList, IpNetwork
from netkit.probe.reflector.engine import MAX_SESSIONS, Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.wire.ports import STAMP_PORT

_ANY_SEGMENT = IPv6Address("::1")


@dataclass(frozen=True, slots=True)
class ReflectOptions:
    """Where to listen, whom to answer and what to do for them.

    Rates are requests a second (None: unlimited); ``allowed`` prefixes, all if empty. Root becomes
    ``user`` once the ports are bound. One admission and one rate hold for all of ``binds``.
    """

    binds: tuple[str, ...] = ("::",)
    port: int = STAMP_PORT
    key: bytes | None = field(default=None, repr=False)
    tlv_key: bytes | None = field(default=None, repr=False)
    stateless: bool = False
    allowed: tuple[IpNetwork, ...] = ()
    source_rate: float | None = None
    total_rate: float | None = None
    max_sessions: int = MAX_SESSIONS
    policy: ReflectorPolicy = field(default_factory=ReflectorPolicy)
    user: str = UNPRIVILEGED


def reflect(
    options: ReflectOptions, on_ready: Callable[[], None] | None = None
) -> Mapping[str, int]:
    """Answer STAMP requests until Ctrl-C or SIGTERM; returns the counters of all reflectors.

    ``on_ready`` is called once all ports are bound and privileges given up.
    Raises :class:`PrivilegeError` for a port under 1024 without the privilege, and
    :class:`ProbeError` if an address (of ``policy.addresses`` too) or port cannot be had, or the
    kernel cannot send replies over segment lists although they are allowed.
    """
    admission = AccessList(
        options.allowed, source_rate=options.source_rate, total_rate=options.total_rate
    )
    with ExitStack() as stack, terminated_like_interrupted():
        ports = []
        clock = examine_clock()
        for bind in options.binds:
            socket = open_stamp_socket(bind, options.port)
            stack.callback(socket.close)
            if any(network.version == 6 for network in options.policy.returns):
                _try_segments(socket)
            ports.append(ReflectorPort(_reflector(options, admission, clock, socket), socket))
        for address in options.policy.addresses:
            # An address that is not this host's could be no reply's source.
            open_stamp_socket(str(address)).close()
        drop_privileges(options.user)
        if on_ready is not None:
            on_ready()
        reflectors = [port.reflector for port in ports]

        def ask_clock_again(_sent: int, _total: int) -> None:
            newest = report_error_estimate(clock.with_kernel(clock_state().claim()))
            for reflector in reflectors:
                reflector.error_estimate = newest

        run_sessions([], ports, on_progress=ask_clock_again)
    total: Counter[str] = Counter()
    for reflector in reflectors:
        total.update(reflector.counters)
    return dict(sorted(total.items()))


def _reflector(
    options: ReflectOptions, admission: AccessList, clock: ClockReport, socket: StampSocket
) -> Reflector:
    return Reflector(
        error_estimate=report_error_estimate(clock),
        max_sessions=options.max_sessions,
        refused_port=socket.port,
        key=options.key,
        tlv_key=options.tlv_key,
        stateless=options.stateless,
        admission=admission,
        policy=replace(options.policy, sync_source=clock.source or 0),
    )


def _try_segments(socket: StampSocket) -> None:
    """Better to fail here than to promise a way back and not take it."""
    if socket.family == AF_INET6:
        socket.route_over([_ANY_SEGMENT])
        socket.route_over([])
