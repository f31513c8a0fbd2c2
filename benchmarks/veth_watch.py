"""When packets cross the interface, seen by nobody's program: AF_PACKET stamps of the kernel.

``python -m benchmarks.veth_watch PORT`` in a namespace prints, when SIGTERM ends it, the ns since
1970 at which UDP datagrams to and from that port went out of ``nkb0`` and came in.
"""

from __future__ import annotations

import json
import signal
import socket
import struct
import sys
from contextlib import suppress

from benchmarks.stamp_reflect import stop

_SO_TIMESTAMPNS, _SO_RCVBUFFORCE = 35, 33
_ETH_P_ALL = 3
_IPV6_HEADER, _UDP = 40, 17


def watch(port: int) -> dict[str, list[int]]:
    """Lists by direction and role: ``out_to`` left here for the port, ``in_from`` came from it.

    Nobody waits on the tap, as waking a program for each packet would hold the packet up.
    """
    seen: dict[str, list[int]] = {"out_to": [], "out_from": [], "in_to": [], "in_from": []}
    tap = socket.socket(
        socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, socket.htons(_ETH_P_ALL)
    )
    tap.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 8 << 20)
    tap.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    tap.bind(("nkb0", _ETH_P_ALL))
    print("ready", flush=True)
    with suppress(KeyboardInterrupt):
        signal.pause()
    with suppress(BlockingIOError):
        while True:
            data, ancillary, _, source = tap.recvmsg(128, 64)
            if len(data) < _IPV6_HEADER + 8 or data[6] != _UDP:
                continue
            ports = struct.unpack_from("!HH", data, _IPV6_HEADER)
            way = "out" if source[2] == socket.PACKET_OUTGOING else "in"
            seconds, rest_ns = struct.unpack("@ll", ancillary[0][2])
            for role, number in zip(("from", "to"), ports, strict=True):
                if number == port:
                    seen[f"{way}_{role}"].append(seconds * 10**9 + rest_ns)
    return seen


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    print(json.dumps(watch(int(sys.argv[1]))))
