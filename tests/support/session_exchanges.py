"""Whole sessions against a reflector that answers each probe 2 ms later, 1 ms of it inside."""

from __future__ import annotations

from dataclasses import replace

from stamp_path import EPOCH_NS, MS, kernel

from netkit.model.measurement.sample import Outcome
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import smallest_request
from netkit.probe.sender.result import SessionResult
from netkit.probe.sender.session import SenderSession
from netkit.wire.tlv import Tlv

KEY = bytes(range(32))
HOST, LOCAL = ("2001:db8::1", 40000), ("2001:db8::2", 862)
CONFIG = SessionConfig(count=6, interval_ns=20 * MS, timeout_ns=500 * MS, ssid=77, seed=3)


def with_tlvs(*tlvs: Tlv, key: bytes | None = None, **more: object) -> SessionConfig:
    size = smallest_request(tlvs, authenticated=key is not None, vouched="tlv_key" in more)
    return replace(CONFIG, tlvs=tlvs, key=key, request_bytes=size, **more)  # type: ignore[arg-type]


def exchange(
    config: SessionConfig,
    reflector: Reflector,
    *,
    traffic_class: int = 0,
    route: bytes | None = None,
    damage: int | None = None,
) -> SessionResult:
    """Every probe answered 2 ms later, 1 ms of it inside; the reply damaged at one byte."""
    session = SenderSession(config)
    session.begin(0)
    for _ in range(config.count + 1):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        t2_ns = EPOCH_NS + now_ns + MS
        reply = reflector.reflect(
            request.data, HOST, kernel(t2_ns), 64, now_ns=now_ns, wall_ns=t2_ns + MS,
            traffic_class=traffic_class, local=LOCAL,
        )  # fmt: skip
        if reply is None:
            continue
        reflector.transmitted(reply.key, reply.sequence, t2_ns + MS + 1)
        data = bytearray(reply.data)
        if damage is not None:
            data[damage] ^= 1
        back = 0 if reply.egress.traffic_class is None else reply.egress.traffic_class
        session.received(bytes(data), kernel(t2_ns + 2 * MS), 64, traffic_class=back, route=route)
    return session.result(10**12)


def received(result: SessionResult) -> int:
    return sum(sample.outcome is Outcome.RECEIVED for sample in result.samples)
