"""A path between a session and a reflector, without sockets and without real time."""

from __future__ import annotations

from dataclasses import dataclass, field

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import SessionResult
from netkit.probe.sender.session import SenderSession

MS = 1_000_000
EPOCH_NS = 1_700_000_000 * 10**9
SENDER = ("2001:db8::1", 40000)


def kernel(time_ns: int) -> Stamp:
    return Stamp(time_ns, StampSource.KERNEL)


@dataclass
class Path:
    """What it does to probe n: 0 copies lose it, 2 duplicate it; delays are in ns, by number."""

    forward_ns: int = 3 * MS
    backward_ns: int = 4 * MS
    forward_copies: dict[int, int] = field(default_factory=dict)
    backward_copies: dict[int, int] = field(default_factory=dict)
    forward_extra_ns: dict[int, int] = field(default_factory=dict)
    backward_extra_ns: dict[int, int] = field(default_factory=dict)


def run(config: SessionConfig, path: Path, reflector: Reflector | None = None) -> SessionResult:
    """Send everything, deliver everything in order of time, and let every timeout run out.

    The sender's clock and the reflector's are the same. Programs are slow: each stamps 50 µs
    before the kernel does, and the reflector thinks for 1 ms.
    """
    session, reflector = SenderSession(config), reflector or Reflector()
    session.begin(0)
    arriving, now_ns = [], 0
    for _ in range(config.count + 1):
        due_ns = session.due_ns(now_ns)
        assert due_ns is not None
        now_ns = due_ns
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        sent_ns = now_ns + 50_000
        session.transmitted(request.sequence, EPOCH_NS + sent_ns)
        number = request.sequence
        at_ns = sent_ns + path.forward_ns + path.forward_extra_ns.get(number, 0)
        copies = path.forward_copies.get(number, 1)
        arriving += [(at_ns + copy, number, request.data) for copy in range(copies)]
    returning = []
    for at_ns, number, data in sorted(arriving):
        t3_ns = at_ns + MS
        reply = reflector.reflect(
            data, SENDER, kernel(EPOCH_NS + at_ns), 250, now_ns=at_ns, wall_ns=EPOCH_NS + t3_ns
        )
        assert reply is not None
        assert len(reply.data) == len(data)
        reflector.transmitted(reply.key, reply.sequence, EPOCH_NS + t3_ns + 50_000)
        back_ns = t3_ns + 50_000 + path.backward_ns + path.backward_extra_ns.get(number, 0)
        copies = path.backward_copies.get(number, 1)
        returning += [(back_ns + copy, reply.data) for copy in range(copies)]
    for at_ns, data in sorted(returning):
        session.received(data, kernel(EPOCH_NS + at_ns), 249)
    end_ns = now_ns + config.timeout_ns
    assert session.finished(end_ns)
    return session.result(end_ns)
