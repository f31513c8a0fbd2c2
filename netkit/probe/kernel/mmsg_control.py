"""Control messages of many datagrams at once: what ``ancillary`` reads one by one, as arrays.

Control messages start at multiples of 8 bytes (CMSG_ALIGN on 64-bit machines): a length of 8
bytes, a level and a type of 4 each, then the data.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.units import NS_PER_S
from netkit.probe.kernel.control_messages import (
    ERROR_MESSAGES,
    HOP_LIMITS,
    IPV4_TRAFFIC_CLASS,
    IPV6_TRAFFIC_CLASS,
    LOCAL_ADDRESSES,
    MULTICAST_IPV6,
    ORIGIN_TIMESTAMPING,
    STAMPS,
    TRANSMITTED,
)
from netkit.stats.sample_arrays import UNKNOWN

_HEADER = struct.Struct("@Nii")
_HEADER_BYTES = _HEADER.size
_Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Receive stamps in ns since 1970, hop limits, traffic classes; UNKNOWN where there is none.

    ``local`` is the byte at which the control message with the local address starts, or -1;
    ``to_many``: sent to a broadcast or multicast address.
    """

    time_ns: NDArray[np.int64]
    hop_limit: NDArray[np.int64]
    traffic_class: NDArray[np.int64]
    local: NDArray[np.int64]
    to_many: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class QueuedErrors:
    """Items of an error queue: numbers and times of transmit stamps, UNKNOWN in other rows.

    ``error`` is the errno of an ICMP or local error, 0 in rows of stamps.
    """

    transmit_id: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    error: NDArray[np.int64]


def parse_arrivals(control: NDArray[np.uint8], lengths: NDArray[np.uintp]) -> Arrivals:
    """What came beside received datagrams, one row each."""
    count = len(lengths)
    unknown = (_unknown(count), _unknown(count), _unknown(count))
    found = Arrivals(*unknown, np.full(count, -1, np.int64), np.zeros(count, np.bool_))
    for kind, rows, at in _messages(control, lengths):
        if kind == STAMPS:
            found.time_ns[rows] = _software_ns(control, rows, at)
        elif kind in HOP_LIMITS:
            found.hop_limit[rows] = _ints(control)[rows, at // 4]
        elif kind == IPV4_TRAFFIC_CLASS:
            found.traffic_class[rows] = control[rows, at]
        elif kind == IPV6_TRAFFIC_CLASS:
            found.traffic_class[rows] = _ints(control)[rows, at // 4]
        elif kind in LOCAL_ADDRESSES:
            found.local[rows] = at - _HEADER_BYTES
            found.to_many[rows] = _to_many(control, kind[0], rows, at)
    return found


def parse_queued_errors(control: NDArray[np.uint8], lengths: NDArray[np.uintp]) -> QueuedErrors:
    """What the items of an error queue are about, one row each."""
    count = len(lengths)
    found = QueuedErrors(_unknown(count), _unknown(count), np.zeros(count, np.int64))
    for kind, rows, at in _messages(control, lengths):
        if kind == STAMPS:
            found.time_ns[rows] = _software_ns(control, rows, at)
        elif kind in ERROR_MESSAGES:
            # struct sock_extended_err: errno 0, origin 4 (one byte), info 8, data 12
            words = _ints(control).view(np.uint32)
            number, origin = words[rows, at // 4], control[rows, at + 4]
            stamp = origin == ORIGIN_TIMESTAMPING
            found.error[rows] = np.where(stamp, 0, number)
            sent = stamp & (words[rows, at // 4 + 2] == TRANSMITTED)
            found.transmit_id[rows[sent]] = words[rows[sent], at[sent] // 4 + 3]
    return found


def read_message(control: NDArray[np.uint8], at: int) -> tuple[int, int, bytes]:
    """The message that starts at byte ``at`` of one datagram's control messages."""
    size, level, type_ = _HEADER.unpack_from(control.data, at)
    return level, type_, control[at + _HEADER_BYTES : at + size].tobytes()


def _messages(
    control: NDArray[np.uint8], lengths: NDArray[np.uintp]
) -> Iterator[tuple[tuple[int, int], _Rows, _Rows]]:
    """Each kind of message: level and type, the rows that have it, and where its data starts.

    All rows are walked side by side, first messages first; rows mostly look alike. What there was
    no room for, the last one of a row, is left out.
    """
    ints, sizes = _ints(control), control.view(np.int64)
    ends = lengths.astype(np.intp)
    rows = np.arange(len(ends), dtype=np.intp)
    at = np.zeros(len(ends), np.intp)
    while True:
        rows, at = _within(rows, at, at + _HEADER_BYTES, ends)
        rows, at = _within(rows, at, at + sizes[rows, at // 8], ends)
        if not len(rows):
            return
        levels, types = ints[rows, at // 4 + 2], ints[rows, at // 4 + 3]
        yield from _by_kind(levels, types, rows, at + _HEADER_BYTES)
        at = at + np.maximum(_HEADER_BYTES, (sizes[rows, at // 8] + 7) // 8 * 8)


def _within(rows: _Rows, at: _Rows, until: _Rows, ends: _Rows) -> tuple[_Rows, _Rows]:
    """Those of which nothing is missing."""
    whole = until <= ends[rows]
    return (rows, at) if whole.all() else (rows[whole], at[whole])


def _by_kind(
    levels: NDArray[np.int32], types: NDArray[np.int32], rows: _Rows, at: _Rows
) -> Iterator[tuple[tuple[int, int], _Rows, _Rows]]:
    while len(rows):
        same = (levels == levels[0]) & (types == types[0])
        kind = (int(levels[0]), int(types[0]))
        if same.all():
            yield kind, rows, at
            return
        yield kind, rows[same], at[same]
        levels, types, rows, at = levels[~same], types[~same], rows[~same], at[~same]


def _to_many(control: NDArray[np.uint8], level: int, rows: _Rows, at: _Rows) -> NDArray[np.bool_]:
    """``sent_to_many``, row by row."""
    if level == socket.IPPROTO_IPV6:
        return np.asarray(control[rows, at] == MULTICAST_IPV6)
    # struct in_pktinfo: interface 0, local address 4, destination 8
    words = _ints(control)
    return np.asarray(words[rows, at // 4 + 1] != words[rows, at // 4 + 2])


def _software_ns(control: NDArray[np.uint8], rows: _Rows, at: _Rows) -> NDArray[np.int64]:
    """The first of three timespecs; zero means that the kernel took none."""
    words = control.view(np.int64)
    time_ns = words[rows, at // 8] * NS_PER_S + words[rows, at // 8 + 1]
    return np.where(time_ns == 0, UNKNOWN, time_ns)


def _ints(control: NDArray[np.uint8]) -> NDArray[np.int32]:
    return control.view(np.int32)


def _unknown(count: int) -> NDArray[np.int64]:
    return np.full(count, UNKNOWN, np.int64)


TIMESTAMPING_OFF = np.frombuffer(
    np.array([_HEADER_BYTES + 4], np.uint64).tobytes()
    + np.array([socket.SOL_SOCKET, STAMPS[1], 0, 0], np.int32).tobytes(),
    np.uint8,
)
"""A control message: no transmit stamp of this datagram, whatever the socket's option says."""
