"""What attacks a reflector, at a steady rate. Runs in a namespace.

``python -m benchmarks.flood_source KIND ADDRESS PORT SECONDS RATE``; the kinds are those of
``reflector_floods``. Prints how many datagrams it sent and how many replies came back.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from itertools import count

from benchmarks.veth import LEFT_ADDRESS
from netkit.probe.sender.request import request_tlvs
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate

ROTATING = "2001:db8:66"
_IPV6_FREEBIND = 78
_KEYS = 7000


def sources(kind: str) -> list[str]:
    """Seven addresses in as many networks; 100 of one network; 100 networks; the honest host's."""
    if kind == "table":
        return [f"{ROTATING}:{n:x}::1" for n in range(7)]
    if kind == "one network":
        return [f"{ROTATING}::{n + 1:x}" for n in range(100)]
    if kind == "networks":
        return [f"{ROTATING}:{n:x}::1" for n in range(100)]
    return [LEFT_ADDRESS]


def attack(kind: str, to: tuple[str, int], seconds: float, rate: float) -> dict[str, int]:
    """Send ordinary requests that nobody needs, or junk where a key is asked for."""
    sockets = [_open(address) for address in sources(kind)]
    begun, sent, received = time.monotonic(), 0, 0
    requests = _requests(kind)
    while (now := time.monotonic() - begun) < seconds:
        due = min(64, int(now * rate) - sent)
        for _ in range(due):
            udp = sockets[sent % len(sockets)]
            udp.sendto(next(requests), to)
            sent += 1
            received += _read(udp)
        if due <= 0:
            time.sleep(0.001)
    return {"sent": sent, "received": received + sum(map(_read, sockets))}


def _requests(kind: str) -> Iterator[bytes]:
    """Ordinary ones under 7000 numbers of sessions in turns; with a key that is not the right."""
    key = bytes(32) if kind == "junk" else None
    tlvs = request_tlvs(160 if key else 92, authenticated=key is not None)
    for number in count():
        ssid = 1 + number % _KEYS
        yield SenderPacket(number, 1, ErrorEstimate(), ssid, tlvs).to_bytes(key)


def _open(address: str) -> socket.socket:
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    udp.setsockopt(socket.IPPROTO_IPV6, _IPV6_FREEBIND, 1)
    udp.bind((address, 0))
    return udp


def _read(udp: socket.socket) -> int:
    read = 0
    while True:
        try:
            udp.recv(2048)
        except OSError:
            return read
        read += 1


if __name__ == "__main__":
    kind, address, port, seconds, rate = sys.argv[1:]
    print(json.dumps(attack(kind, (address, int(port)), float(seconds), float(rate))))
