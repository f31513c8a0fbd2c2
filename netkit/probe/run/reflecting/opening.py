"""What a reflector is asked for, and the sockets and the kernel's program that answer."""

from __future__ import annotations

import errno
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address
from socket import AF_INET6

from netkit.errors import ProbeError
from netkit.model.measurement.clock import ClockReport
from netkit.probe.clock.this_host import report_error_estimate
from netkit.probe.in_kernel.mode import KernelMode
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.process import UNPRIVILEGED
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.reflector.admission.access import AccessList, IpNetwork
from netkit.probe.reflector.admission.buckets import IPV4_LENGTH
from netkit.probe.reflector.counting import Arrivals, CountingReflector
from netkit.probe.reflector.engine import MAX_SESSIONS, Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.reflector.replies import SessionKey
from netkit.probe.reflector.sessions import Beside
from netkit.probe.run.loop import ReflectorPort
from netkit.probe.run.reflecting.in_kernel import (
    EVERYWHERE,
    InForce,
    Upkeep,
    in_python,
    open_kernel_reflector,
)
from netkit.wire.ports import STAMP_PORT
from netkit.wire.timestamps import ErrorEstimate

OVERFLOWED = "dropped_by_this_host"
_ANY_SEGMENT = IPv6Address("::1")


@dataclass(frozen=True, slots=True)
class ReflectOptions:
    """Where to listen, whom to answer and what to do for them.

    ``binds`` are addresses; none: all of this host, of IPv6 and IPv4. ``interface`` is the
    interface or VRF to keep to. Rates are requests a second (None: unlimited), of each IPv6 /64 and
    each IPv4 prefix of ``ipv4_length`` bits; ``allowed`` prefixes, all if empty. Root becomes
    ``user`` once the ports are bound. One admission and one rate hold for all of ``binds``.
    ``arrivals`` counts requests of sessions that it knows.
    """

    binds: tuple[str, ...] = ()
    port: int = STAMP_PORT
    interface: str | None = None
    key: bytes | None = field(default=None, repr=False)
    tlv_key: bytes | None = field(default=None, repr=False)
    stateless: bool = False
    allowed: tuple[IpNetwork, ...] = ()
    source_rate: float | None = None
    total_rate: float | None = None
    ipv4_length: int = IPV4_LENGTH
    max_sessions: int = MAX_SESSIONS
    policy: ReflectorPolicy = field(default_factory=ReflectorPolicy)
    user: str = UNPRIVILEGED
    kernel: KernelMode = KernelMode.AUTO
    arrivals: Arrivals | None = None


@dataclass(frozen=True, slots=True)
class Reflecting:
    """Reflectors by the address that they are bound to, and who answers base packets."""

    ports: dict[str, ReflectorPort]
    in_force: InForce
    upkeep: Upkeep | None

    def look(self, error: ErrorEstimate) -> None:
        """To be called some times a second, with what is to be said of this clock."""
        for port in self.ports.values():
            port.reflector.error_estimate = error
        if self.upkeep is not None:
            self.upkeep.look(error)

    @property
    def how(self) -> str:
        """Who answers base packets now, in one line for people."""
        idle = None if self.upkeep is None else self.upkeep.idle
        return self.in_force.how if idle is None else in_python(idle)

    def counters(self) -> dict[str, int]:
        """What all have counted together, sorted by name."""
        total: Counter[str] = Counter()
        for port in self.ports.values():
            total.update(port.reflector.counters)
            total[OVERFLOWED] += port.socket.dropped
        if self.in_force.kernel is not None:
            total.update(self.in_force.kernel.counters)
        return {name: count for name, count in sorted(total.items()) if count}


def open_reflectors(options: ReflectOptions, stack: ExitStack, clock: ClockReport) -> Reflecting:
    """Sockets and, where it can be had, the kernel's program; ``stack`` takes all down again.

    Raises what :func:`reflect` raises.
    """
    admission = AccessList(
        options.allowed,
        source_rate=options.source_rate,
        total_rate=options.total_rate,
        ipv4_length=options.ipv4_length,
    )
    in_force = _kernel(options, stack)
    sockets = _sockets(options, stack)
    for address in options.policy.addresses:
        # An address that is not this host's could be no reply's source.
        open_stamp_socket(str(address)).close()
    ports = {
        bind: ReflectorPort(_reflector(options, admission, clock, socket, in_force.kernel), socket)
        for bind, socket in sockets.items()
    }
    if in_force.kernel is None:
        return Reflecting(ports, in_force, None)
    engines = [port.reflector for port in ports.values()]

    def knows(key: SessionKey) -> bool:
        return any(engine.knows(key) for engine in engines)

    return Reflecting(ports, in_force, Upkeep(in_force.kernel, tuple(ports), knows))


def _kernel(options: ReflectOptions, stack: ExitStack) -> InForce:
    rules = Rules(
        options.port, options.allowed, options.source_rate, options.total_rate,
        options.ipv4_length, options.max_sessions, options.stateless,
    )  # fmt: skip
    return open_kernel_reflector(
        options.kernel, rules, stack, interface=options.interface,
        authenticated=options.key is not None or options.tlv_key is not None,
        binds=options.binds or EVERYWHERE,
    )  # fmt: skip


def _sockets(options: ReflectOptions, stack: ExitStack) -> dict[str, StampSocket]:
    """A socket for each address; where none was asked for, for each kind that this host has."""
    found: dict[str, StampSocket] = {}
    failed: list[ProbeError] = []
    for bind in options.binds or EVERYWHERE:
        try:
            socket = open_stamp_socket(bind, options.port, options.interface)
        except ProbeError as error:
            failed.append(error)
            continue
        stack.callback(socket.close)
        found[bind] = socket
        if any(network.version == 6 for network in options.policy.returns):
            _try_segments(socket)
    # A host may have no IPv6, or no IPv4; but a port that somebody else has is taken as a whole.
    only_missing = not options.binds and found and not any(map(_is_taken, failed))
    if failed and not only_missing:
        raise failed[0]
    return found


def _is_taken(error: ProbeError) -> bool:
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE


def _reflector(
    options: ReflectOptions,
    admission: AccessList,
    clock: ClockReport,
    socket: StampSocket,
    beside: Beside | None,
) -> Reflector:
    made = Reflector if options.arrivals is None else CountingReflector
    reflector = made(
        error_estimate=report_error_estimate(clock),
        max_sessions=options.max_sessions,
        own_port=socket.port,
        key=options.key,
        tlv_key=options.tlv_key,
        stateless=options.stateless,
        admission=admission,
        policy=replace(options.policy, sync_source=clock.source or 0),
        beside=beside,
    )
    if isinstance(reflector, CountingReflector):
        reflector.arrivals = options.arrivals
    return reflector


def _try_segments(socket: StampSocket) -> None:
    """Better to fail here than to promise a way back and not take it."""
    if socket.family == AF_INET6:
        socket.route_over([_ANY_SEGMENT])
        socket.route_over([])
