"""The other end of a trial: a socket of this host's own that answers as a reflector does."""

from __future__ import annotations

import socket as sockets
import time

import numpy as np

from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.mmsg import ReceiveRing, SendRing
from netkit.probe.stream.replies import FOLLOW_UP, INFORMATION, TLVS, WITH_TLVS
from netkit.wire.arrays import REFLECTOR, SENDER
from netkit.wire.stamp import BASE_BYTES
from netkit.wire.timestamps import TimestampFormat, encode_timestamp
from netkit.wire.tlv import TimestampMethod

_SLOTS = 256
_TTL = 64
_BUFFER_BYTES = 4 << 20


class Mirror:
    """Answers requests of ``size`` bytes that come to ``own``, an address of loopback. What netkit
    asks for is there, and what makes requests longer goes back as it came. A context manager;
    raises OSError where there is no loopback of that family."""

    def __init__(self, own: str, size: int) -> None:
        family = sockets.AF_INET6 if ":" in own else sockets.AF_INET
        self._udp = sockets.socket(family, sockets.SOCK_DGRAM | sockets.SOCK_CLOEXEC)
        self._udp.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, _BUFFER_BYTES)
        try:
            self._udp.bind((own, 0))
        except OSError:
            self._udp.close()
            raise
        self._requests, self._replies = ReceiveRing(_SLOTS, size), SendRing(_SLOTS, size)
        self._replies.shape(size, 0, 0)
        self._numbers = 0

    def __enter__(self) -> Mirror:
        return self

    def __exit__(self, *_: object) -> None:
        self._udp.close()

    @property
    def address(self) -> Address:
        """Where it is asked."""
        found: Address = self._udp.getsockname()
        return found

    def hear(self, address: Address) -> None:
        """Answer that address, and nobody else."""
        self._udp.connect(address)

    def answer(self) -> int:
        """Answer all requests that wait; how many those were."""
        answered = 0
        while count := self._requests.receive(self._udp.fileno()):
            self._fill(count)
            row = 0
            while row < count:
                sent, error = self._replies.send(self._udp.fileno(), row, count)
                if error:
                    return answered + row
                row += sent
            answered += count
        return answered

    def _fill(self, count: int) -> None:
        data = self._replies.data[:count]
        data[:] = self._requests.data[:count]
        asked = self._requests.data[:count, :BASE_BYTES].view(SENDER)[:, 0]
        reply = data[:, :BASE_BYTES].view(REFLECTOR)[:, 0]
        reply["sequence"] = np.arange(self._numbers, self._numbers + count)
        reply["error"] = reply["sender_error"] = asked["error"]
        reply["ssid"] = asked["ssid"]
        now = encode_timestamp(time.time_ns(), TimestampFormat(int(asked["error"][0]) >> 14 & 1))
        reply["timestamp"] = reply["received"] = now
        reply["sender_sequence"], reply["sender_timestamp"] = asked["sequence"], asked["timestamp"]
        reply["sender_ttl"] = _TTL
        if data.shape[1] >= WITH_TLVS:
            tlvs = data[:, BASE_BYTES:WITH_TLVS].view(TLVS)[:, 0]
            tlvs["information"], tlvs["follow_up"] = INFORMATION, FOLLOW_UP
            tlvs["method_in"] = tlvs["method"] = TimestampMethod.SOFTWARE
            tlvs["sequence"], tlvs["timestamp"] = np.maximum(reply["sequence"], 1) - 1, now
        self._numbers += count
