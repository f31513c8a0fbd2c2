"""Many replies as arrays. Those laid out as netkit asks are read at once, others one by one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import StampSource
from netkit.probe.sender.exchanges import receive_source, stamp_source, understood
from netkit.stats.sample_arrays import SOURCE_CODE, UNKNOWN
from netkit.wire.arrays import PTP_FLAG, REFLECTOR, are_times, decode_timestamps
from netkit.wire.stamp import BASE_BYTES, LIGHT_BYTES, STAMPED_BYTES, ReflectorPacket
from netkit.wire.timestamps import decode_timestamp, is_time
from netkit.wire.tlv import FollowUpTelemetry, TimestampInformation, TlvType

TLVS = np.dtype(
    [
        ("information", ">u4"),
        ("sync_in", "u1"),
        ("method_in", "u1"),
        ("out", "V2"),
        ("follow_up", ">u4"),
        ("sequence", ">u4"),
        ("timestamp", ">u8"),
        ("method", "u1"),
        ("reserved", "V3"),
    ]
)
"""Timestamp Information and Follow-Up Telemetry, where netkit's requests have them."""

INFORMATION, FOLLOW_UP = 0x0003_0004, 0x0007_0010
"""Their first words, with no flag set."""

WITH_TLVS = BASE_BYTES + TLVS.itemsize
"""Packets of so many bytes and more have both."""

_USERSPACE = SOURCE_CODE[StampSource.USERSPACE]
_SOURCE_OF_METHOD = np.array([SOURCE_CODE[stamp_source(method)] for method in range(256)], np.uint8)

REPLIES = np.dtype(
    [
        ("row", np.intp),
        ("sequence", np.int64),
        ("ssid", np.uint16),
        ("error", np.uint16),
        ("sender_sequence", np.int64),
        ("sender_timestamp", np.uint64),
        ("sender_ttl", np.uint8),
        ("t2_ns", np.int64),
        ("t2_source", np.uint8),
        ("t3_ns", np.int64),
        ("sync_in", np.int64),
        ("followed", np.int64),
        ("follow_up_ns", np.int64),
        ("follow_up_source", np.uint8),
    ]
)
"""What replies say. ``row`` is the datagram's; ``sync_in`` what holds the reflector's clock, by its
number in Timestamp Information, UNKNOWN if that is not said, as T2 and T3 are where 64 bits state
no instant; ``followed`` the earlier reply whose kernel T3 came along as ``follow_up_ns``, both
UNKNOWN if none did."""


def parse_replies(data: NDArray[np.uint8], lengths: NDArray[np.uint32]) -> NDArray[np.void]:
    """REPLIES of the datagrams that are STAMP packets, in their order."""
    rows = np.flatnonzero(lengths >= STAMPED_BYTES)
    base = data[:, :BASE_BYTES].view(REFLECTOR)[rows, 0]
    found = np.zeros(len(rows), REPLIES)
    ptp = (base["error"] & PTP_FLAG) != 0
    found["row"] = rows
    for field in ("sequence", "ssid", "error", "sender_sequence", "sender_timestamp", "sender_ttl"):
        found[field] = base[field]
    # What is behind the end of a short one is of an earlier datagram.
    found["sender_ttl"][lengths[rows] < LIGHT_BYTES] = 0
    found["t2_ns"] = _times(base["received"], ptp)
    found["t3_ns"] = _times(base["timestamp"], ptp)
    found["t2_source"] = _USERSPACE
    found["sync_in"] = found["followed"] = found["follow_up_ns"] = UNKNOWN
    _read_tlvs(found, data, lengths, ptp)
    return found


def _times(raw: NDArray[np.uint64], ptp: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.where(are_times(raw, ptp), decode_timestamps(raw, ptp), UNKNOWN)


def _read_tlvs(
    found: NDArray[np.void],
    data: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    ptp: NDArray[np.bool_],
) -> None:
    regular = np.zeros(len(found), np.bool_)
    rows = found["row"]
    if data.shape[1] >= WITH_TLVS:
        tlvs = data[:, BASE_BYTES:WITH_TLVS].view(TLVS)[rows, 0]
        regular = (
            (lengths[rows] >= WITH_TLVS)
            & (tlvs["information"] == INFORMATION)
            & (tlvs["follow_up"] == FOLLOW_UP)
        )
        found["t2_source"][regular] = _SOURCE_OF_METHOD[tlvs["method_in"][regular]]
        found["sync_in"][regular] = tlvs["sync_in"][regular]
        told = regular & are_times(tlvs["timestamp"], ptp)
        found["followed"][told] = tlvs["sequence"][told]
        found["follow_up_ns"][told] = decode_timestamps(tlvs["timestamp"][told], ptp[told])
        found["follow_up_source"][told] = _SOURCE_OF_METHOD[tlvs["method"][told]]
    for at in _irregular(regular, lengths[rows]):
        row = rows[at]
        _read_one(found, at, ReflectorPacket.parse(data[row, : lengths[row]].tobytes()))


def _irregular(regular: NDArray[np.bool_], lengths: NDArray[np.uint32]) -> Iterator[int]:
    yield from np.flatnonzero(~regular & (lengths > BASE_BYTES)).tolist()


def _read_one(found: NDArray[np.void], at: int, reply: ReflectorPacket) -> None:
    """TLVs in another order, not understood, malformed: as the plain session reads them."""
    found["t2_source"][at] = SOURCE_CODE[receive_source(reply)]
    tlv = understood(reply, TlvType.TIMESTAMP_INFORMATION)
    if tlv is not None:
        found["sync_in"][at] = TimestampInformation.parse(tlv.value).sync_in
    tlv = understood(reply, TlvType.FOLLOW_UP_TELEMETRY)
    told = FollowUpTelemetry() if tlv is None else FollowUpTelemetry.parse(tlv.value)
    if is_time(told.timestamp, reply.error_estimate.form):
        found["followed"][at] = told.sequence
        found["follow_up_ns"][at] = decode_timestamp(told.timestamp, reply.error_estimate.form)
        found["follow_up_source"][at] = SOURCE_CODE[stamp_source(told.method)]
