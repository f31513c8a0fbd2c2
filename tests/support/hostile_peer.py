"""A reflector that answers twice, out of order, for other sessions, with junk. ``PORT``"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

HOSTILE = str(Path(__file__))


def main() -> None:
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.bind(("::", int(sys.argv[1])))
    print("ready", file=sys.stderr, flush=True)
    held: list[tuple[bytes, object]] = []
    while True:
        data, source = udp.recvfrom(9000)
        held.append((data, source))
        if len(held) < 4:
            continue
        for request, to in reversed(held):
            answer = _answer(request)
            udp.sendto(answer, to)
            udp.sendto(answer, to)
            udp.sendto(answer[:28] + bytes(8) + answer[36:], to)  # no probe had that timestamp
            udp.sendto(answer[:14] + b"\xff\xfe" + answer[16:], to)  # somebody else's session
            udp.sendto(request[:20], to)
        held.clear()


def _answer(request: bytes) -> bytes:
    """Number, timestamp, error, SSID, T2, then those of the request (RFC 8762 §4.3.1)."""
    head, stamp, error, ssid = request[:4], request[4:12], request[12:14], request[14:16]
    base = head + stamp + error + ssid + stamp + head + stamp + error + bytes(2) + b"\xff"
    return (base + bytes(44))[:44] + request[44:]


if __name__ == "__main__":
    main()
