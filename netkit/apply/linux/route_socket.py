"""A socket of rtnetlink: routes added, replaced and deleted one at a time, and all of them read.

Requests are acknowledged (rtnetlink(7)); the kernel's own words for a refusal come with it
(NETLINK_EXT_ACK), which is how "Invalid nexthop id" differs from a mere EINVAL.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress

from netkit.interrupts import uninterrupted

_HEADER = struct.Struct("=IHHII")
_ERROR = struct.Struct("=i")
_NLMSG_ERROR, _NLMSG_DONE, _NLMSG_OVERRUN = 2, 3, 4
RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE = 24, 25, 26
_REQUEST, _ACK, _ROOT, _MATCH = 0x1, 0x4, 0x100, 0x200
CREATE, EXCLUSIVE, REPLACE, APPEND = 0x400, 0x200, 0x100, 0x800
_CAPPED, _TLVS = 0x100, 0x200
_INTERRUPTED = 0x10
"""NLM_F_DUMP_INTR: what is dumped changed meanwhile."""
_SOL_NETLINK, _EXT_ACK, _CAP_ACK, _STRICT = 270, 11, 10, 12
_MESSAGE_ATTRIBUTE = 1
_BUFFER = 1 << 18
_RECEIVE_BUFFER = 1 << 22
_MOST_DUMPS = 10
_PAUSES_S = tuple(0.001 * 2**k for k in range(11))
"""Two seconds in all. A route with segments needs memory of every processor without waiting for it
(GFP_ATOMIC in ``seg6_build_state``): after some hundreds of routes a busy machine has none ready,
and makes more in the background."""


class RefusedError(OSError):
    """The kernel refused a request: its errno and, where it gives one, its own sentence."""


class RouteSocket:
    """Speaks to the namespace that the calling thread is in when it is made."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        self._socket.bind((0, 0))
        self._socket.setsockopt(_SOL_NETLINK, _EXT_ACK, 1)
        self._socket.setsockopt(_SOL_NETLINK, _CAP_ACK, 1)
        with suppress(OSError):
            # From Linux 4.20 on a dump is then of what its request names, and of nothing cached.
            self._socket.setsockopt(_SOL_NETLINK, _STRICT, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        self._number = 0

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()

    def request(self, kind: int, flags: int, body: bytes) -> None:
        """One request and its acknowledgement; raises :class:`RefusedError`. Where the kernel has
        no memory at once it is asked again."""
        for pause_s in _PAUSES_S:
            try:
                return self._request(kind, flags, body)
            except RefusedError as error:
                if error.errno != errno.ENOMEM:
                    raise
            time.sleep(pause_s)
        return self._request(kind, flags, body)

    def _request(self, kind: int, flags: int, body: bytes) -> None:
        number = self._send(kind, _REQUEST | _ACK | flags, body)
        for kind_, flags_, answer in self._answers(number):
            if kind_ == _NLMSG_ERROR:
                _raise_refusal(flags_, answer)
                return

    def ask(self, kind: int, body: bytes) -> bytes:
        """The one message that answers a question; raises :class:`RefusedError`."""
        number = self._send(kind, _REQUEST, body)
        kind_, flags_, answer = next(self._answers(number))
        if kind_ == _NLMSG_ERROR:
            _raise_refusal(flags_, answer)
        return answer

    def dump(self, kind: int, body: bytes) -> list[bytes]:
        """The bodies of all messages that answer a dump; one that the kernel says it could not make
        of one moment is asked for again. Ctrl-C waits for its end: a socket with half a dump in it
        is busy, and what is to be put back could not be looked at."""
        return uninterrupted(lambda: self._dump(kind, body))

    def _dump(self, kind: int, body: bytes) -> list[bytes]:
        for _ in range(_MOST_DUMPS):
            found, of_one_moment = self._dump_once(kind, body)
            if of_one_moment:
                break
        return found

    def _dump_once(self, kind: int, body: bytes) -> tuple[list[bytes], bool]:
        number = self._send(kind, _REQUEST | _ROOT | _MATCH, body)
        found, of_one_moment = [], True
        for kind_, flags_, answer in self._answers(number):
            of_one_moment = of_one_moment and not flags_ & _INTERRUPTED
            if kind_ in (_NLMSG_ERROR, _NLMSG_DONE):
                # The end of a dump says as well whether all of it could be made.
                _raise_refusal(flags_, answer)
                break
            found.append(answer)
        return found, of_one_moment

    def _send(self, kind: int, flags: int, body: bytes) -> int:
        self._number += 1
        length = _HEADER.size + len(body)
        self._socket.send(_HEADER.pack(length, kind, flags, self._number, 0) + body)
        return self._number

    def _answers(self, number: int) -> Iterator[tuple[int, int, bytes]]:
        while True:
            data = self._socket.recv(_BUFFER)
            at = 0
            while at + _HEADER.size <= len(data):
                length, kind, flags, sequence, _ = _HEADER.unpack_from(data, at)
                if sequence == number:
                    yield kind, flags, data[at + _HEADER.size : at + length]
                at += length + -length % 4


def _raise_refusal(flags: int, answer: bytes) -> None:
    code = -_ERROR.unpack_from(answer)[0]
    if code:
        said = _sentence(flags, answer)
        text = os.strerror(code) if said is None else f"{os.strerror(code)} ({said})"
        raise RefusedError(code, text)


def _sentence(flags: int, answer: bytes) -> str | None:
    """The kernel's own words; with a capped reply they follow the header of the request."""
    if not flags & _TLVS:
        return None
    at = _ERROR.size + _HEADER.size
    while at + 4 <= len(answer):
        length, kind = struct.unpack_from("=HH", answer, at)
        if length < 4:
            return None
        if kind & 0x3FFF == _MESSAGE_ATTRIBUTE:
            return answer[at + 4 : at + length].rstrip(b"\0").decode("utf-8", "replace")
        at += length + -length % 4
    return None
