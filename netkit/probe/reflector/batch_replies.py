"""Replies to many base packets: addressed from where each request was sent to, and sent."""

from __future__ import annotations

import os
import time

import numpy as np
from numpy.typing import NDArray

from netkit.probe.kernel.mmsg import ReceiveRing, SendRing
from netkit.probe.kernel.mmsg_control import TIMESTAMPING_OFF
from netkit.probe.kernel.sockets import StampSocket
from netkit.wire.arrays import REFLECTOR, encode_timestamps
from netkit.wire.stamp import BASE_BYTES

_CHUNK = 32
"""Replies to a system call. T3 is read before each call, so it is off by what a call takes."""

_IPV6_NAME_BYTES = 28
_LINK_LOCAL = (0xFE, 0x80)


class ReplyRing:
    """Fill :meth:`packets`, then :meth:`address` them, then :meth:`send`."""

    def __init__(self, slots: int) -> None:
        self._ring = SendRing(slots, BASE_BYTES)
        self._packets = self._ring.data.view(REFLECTOR)[:, 0]
        self._count = 0

    def packets(self, count: int) -> NDArray[np.void]:
        """The base packets of the next ``count`` replies, to be filled in; all but T3."""
        self._count = count
        return self._packets[:count]

    def address(
        self, arrived: ReceiveRing, rows: NDArray[np.intp], local: NDArray[np.int64]
    ) -> None:
        """Send each back to the source of its request, from the address that it was sent to.

        ``local`` is where the control message with that address starts. No transmit stamp is asked
        for: nobody can fetch it, as a base packet has no place for Follow-Up Telemetry.
        """
        ring, count = self._ring, self._count
        name_bytes = int(arrived.name_lengths[rows[0]])
        ring.names[:count] = arrived.names[rows]
        size = _copy_local(ring.control[:count], arrived.control, rows, local, name_bytes)
        ring.control[:count, size : size + len(TIMESTAMPING_OFF)] = TIMESTAMPING_OFF
        ring.shape(BASE_BYTES, name_bytes, size + len(TIMESTAMPING_OFF))

    def send(self, socket: StampSocket, ptp: NDArray[np.bool_]) -> list[str]:
        """Send all, in PTP format where ``ptp``; why replies could not be sent, one each."""
        reasons: list[str] = []
        first, tried_again = 0, False
        while first < self._count:
            end = min(self._count, first + _CHUNK)
            now_ns = np.full(end - first, time.time_ns())
            self._packets["timestamp"][first:end] = encode_timestamps(now_ns, ptp[first:end])
            sent, error = self._ring.send(socket.fileno(), first, end)
            first += sent
            if error and not tried_again and socket.set_errors_aside():
                tried_again = True  # it was the error of an earlier datagram
            elif error:
                reasons.append(os.strerror(error))
                first, tried_again = first + 1, False
            else:
                tried_again = False
        return reasons


def _copy_local(
    replies: NDArray[np.uint8],
    control: NDArray[np.uint8],
    rows: NDArray[np.intp],
    local: NDArray[np.int64],
    name_bytes: int,
) -> int:
    """Copy the local addresses without their interfaces, as ``ancillary`` does for one.

    Returns the bytes of that control message: header 16, then in6_pktinfo (address 16, interface
    4) or in_pktinfo (interface 4, local address 4, destination 4), up to a multiple of 8.
    """
    size = 40 if name_bytes == _IPV6_NAME_BYTES else 32
    replies[:, :size] = control[rows[:, None], local[:, None] + np.arange(size)]
    if name_bytes == _IPV6_NAME_BYTES:
        link_local = (replies[:, 16:18] == _LINK_LOCAL).all(axis=1)
        replies[~link_local, 32:36] = 0
    else:
        replies[:, 16:20] = 0
        replies[:, 24:28] = 0
    return size
