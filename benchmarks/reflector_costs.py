"""A million datagrams that ask for all they can: bytes out over bytes in, and time for each.

``python -m benchmarks.reflector_costs`` runs this alone. The engine and what decides over routing
headers, without sockets: whole packets, IPv6, UDP and routing headers included. The generator is
that of the tests.
"""

from __future__ import annotations

import os
import time
from ipaddress import ip_network
from random import Random
from typing import Any

import numpy as np
from hostile import ALLOWED, HEADERS_BYTES, LOCAL, SOURCE, Wire, costly, datagram, hostile_request

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.reflector.egress import send_answer
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate

INPUTS = int(os.environ.get("NETKIT_HOSTILE_INPUTS", "1000000"))
_NOW_NS = 1_700_000_000 * 10**9
_STAMP = Stamp(_NOW_NS, StampSource.KERNEL)
_ROUNDS = 200


def run() -> list[dict[str, Any]]:
    """One row for the million, one for each kind of datagram that once cost milliseconds."""
    return [_million(), *(_cost(name, tlvs) for name, tlvs in costly().items())]


def _million() -> dict[str, Any]:
    random, reflector = Random(1), _reflector()
    worst, longer, took_ns = 0.0, 0, np.zeros(INPUTS, np.int64)
    for number in range(INPUTS):
        data, wire = hostile_request(random, number), Wire()
        took_ns[number] = _answer(reflector, data, wire)
        ratio = sum(wire.sent) / (HEADERS_BYTES + len(data))
        worst, longer = max(worst, ratio), longer + (ratio > 1)
    return {
        "what": "hostile datagrams with every TLV",
        "inputs": INPUTS,
        "bytes_out_over_bytes_in_at_most": worst,
        "longer_than_requests": longer,
        "reflected": reflector.counters["reflected"],
        "p50_us": round(float(np.percentile(took_ns, 50)) / 1000, 1),
        "p99_us": round(float(np.percentile(took_ns, 99)) / 1000, 1),
    }


def _cost(name: str, tlvs: bytes) -> dict[str, Any]:
    """The least time of many, so that what else the machine does is not in it."""
    data = (SenderPacket(1, 2, ErrorEstimate(), 5).to_bytes() + tlvs)[:9216]
    # A new reflector each time, as a session that is known is answered by its pattern.
    least_ns = min(_answer(_reflector(), data, Wire()) for _ in range(_ROUNDS))
    return {"what": f"one datagram: {name}", "bytes": len(data), "us": round(least_ns / 1000, 1)}


def _reflector() -> Reflector:
    return Reflector(policy=ReflectorPolicy(returns=(ip_network(ALLOWED),), micro_session_id=3))


def _answer(reflector: Reflector, data: bytes, wire: Wire) -> int:
    """CPU time for one datagram, from its bytes to the bytes that are sent."""
    request = datagram(data, _STAMP)
    begun_ns = time.thread_time_ns()
    reply = reflector.reflect(
        data, SOURCE, _STAMP, 64, now_ns=0, wall_ns=_NOW_NS, traffic_class=0, local=LOCAL
    )
    if reply is not None:
        send_answer(reflector, wire, reply, request)  # type: ignore[arg-type]
    return time.thread_time_ns() - begun_ns


if __name__ == "__main__":
    for row in run():
        print(row)
