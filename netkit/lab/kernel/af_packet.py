"""An ``AF_PACKET`` socket over all interfaces of a namespace, with the kernel's arrival stamps."""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

from netkit.model.units import NS_PER_S

_ETH_P_ALL = 0x0003
_SOL_PACKET = 263
_PACKET_STATISTICS = 6
_PACKET_IGNORE_OUTGOING = 23
_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33
_RECEIVE_BUFFER = 16 << 20
_FRAME_BYTES = 10_240
"""Jumbo frames of 9,000 bytes, with room for what is put around them; longer ones are cut."""

_ANCILLARY_BYTES = 64
_TIMESPEC = struct.Struct("@qq")
_STATISTICS = struct.Struct("@II")


class Received(NamedTuple):
    """A frame, the interface that it came in by, and the kernel's stamp; or, ``outgoing``, where
    and when it went out."""

    frame: bytes
    interface: str
    arrival_ns: int
    outgoing: bool = False


def open_packet_socket(*, outgoing: bool = False) -> socket.socket:
    """Receive everything that comes in at any interface of the calling thread's namespace, and what
    goes ``outgoing`` too, if that is wanted: behind the queueing discipline, as it leaves."""
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    opened.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, int(not outgoing))
    opened.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
    opened.setblocking(False)
    return opened


def receive_stamped(opened: socket.socket) -> Received | None:
    """The next frame, or None if none waits."""
    try:
        frame, ancillary, _, address = opened.recvmsg(_FRAME_BYTES, _ANCILLARY_BYTES)
    except BlockingIOError:
        return None
    seconds, rest_ns = _TIMESPEC.unpack(ancillary[0][2])
    stamp_ns = seconds * NS_PER_S + rest_ns
    return Received(frame, address[0], stamp_ns, address[2] == socket.PACKET_OUTGOING)


def dropped_frames(opened: socket.socket) -> int:
    """Frames that the kernel dropped since this was last asked, for want of buffer."""
    raw = opened.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, _STATISTICS.size)
    dropped: int = _STATISTICS.unpack(raw)[1]
    return dropped
