"""A load for a reflector: bare probes at a steady rate, replies counted. Runs in a namespace.

``python -m benchmarks.stamp_flood ADDRESS PORT COUNT RATE`` prints one JSON object.
"""

from __future__ import annotations

import json
import socket
import sys
import time

import numpy as np

from netkit.probe.kernel.mmsg import ReceiveRing, SendRing
from netkit.wire.arrays import PTP_FLAG, SENDER

_SO_RCVBUFFORCE = 33
_BURST = 128
_SILENCE_S = 0.5


def flood(address: str, port: int, count: int, rate: float) -> dict[str, float]:
    """Send ``count`` probes; read replies between bursts and until half a second of silence."""
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    udp.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 16 << 20)
    udp.connect((address, port))
    requests, replies = SendRing(_BURST, 44), ReceiveRing(512, 64)
    packets = requests.data.view(SENDER)[:, 0]
    packets["error"], packets["ssid"] = PTP_FLAG | 1, 7
    requests.shape(44, 0, 0)
    start, sent, received = time.monotonic(), 0, 0
    heard = start
    while sent < count or time.monotonic() - heard < _SILENCE_S:
        burst = min(_BURST, count - sent, int((time.monotonic() - start) * rate) - sent)
        if burst > 0:
            packets["sequence"][:burst] = np.arange(sent, sent + burst)
            sent += requests.send(udp.fileno(), 0, burst)[0]
        got = replies.receive(udp.fileno())
        received += got
        if got:
            heard = time.monotonic()
        elif burst <= 0:
            time.sleep(0.0001)
    return {"sent": sent, "received": received, "seconds": heard - start}


if __name__ == "__main__":
    where, port, count, rate = sys.argv[1:]
    print(json.dumps(flood(where, int(port), int(count), float(rate))))
