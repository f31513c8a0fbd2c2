"""NTP and PTP timestamps, and the Error Estimate."""

from __future__ import annotations

import pytest

from netkit.errors import WireError
from netkit.wire.timestamps import (
    ErrorEstimate,
    TimestampFormat,
    decode_timestamp,
    encode_timestamp,
    least_certain,
)

NTP, PTP = TimestampFormat.NTP, TimestampFormat.PTP
S = 1_000_000_000

VECTORS = [
    # 1970-01-01, and the well-known NTP value of it
    (NTP, 0, 0x83AA7E80_00000000),
    (PTP, 0, 0),
    # half a second is exact in binary; a quarter of a ns is not, so 1 ns is 4 units
    (NTP, S // 2, 0x83AA7E80_80000000),
    (NTP, 1, 0x83AA7E80_00000004),
    (PTP, 1, 1),
    # the last ns of NTP era 0 (2036-02-07 06:28:16) and the first of era 1
    (NTP, 2_085_978_496 * S - 1, 0xFFFFFFFF_FFFFFFFC),
    (NTP, 2_085_978_496 * S, 0),
    (PTP, 1_700_000_000 * S + 999_999_999, 0x6553F100_3B9AC9FF),
]


@pytest.mark.parametrize(("form", "time_ns", "raw"), VECTORS)
def test_vectors_both_ways(form: TimestampFormat, time_ns: int, raw: int) -> None:
    assert encode_timestamp(time_ns, form) == raw
    assert decode_timestamp(raw, form) == time_ns


@pytest.mark.parametrize(
    ("form", "time_ns"),
    [(PTP, -1), (PTP, S << 32), (NTP, -62 * 31_557_600 * S), (NTP, 135 * 31_557_600 * S)],
)
def test_instants_that_wrap_are_refused(form: TimestampFormat, time_ns: int) -> None:
    with pytest.raises(WireError, match="does not fit"):
        encode_timestamp(time_ns, form)


@pytest.mark.parametrize(
    ("raw", "estimate", "error_ns"),
    [
        (0x0001, ErrorEstimate(False, NTP, 0, 1), 1),
        (0xC001, ErrorEstimate(True, PTP, 0, 1), 1),
        (0xA001, ErrorEstimate(True, NTP, 32, 1), S),
        (0x8AFF, ErrorEstimate(True, NTP, 10, 255), 60_797),
        (0x4000, ErrorEstimate(False, PTP, 0, 0), None),
    ],
)
def test_error_estimate(raw: int, estimate: ErrorEstimate, error_ns: int | None) -> None:
    assert ErrorEstimate.parse(raw) == estimate
    assert estimate.to_int() == raw
    assert estimate.error_ns == error_ns


@pytest.mark.parametrize("error_ns", [-1, 1 << 80])
def test_errors_that_no_estimate_states_are_refused(error_ns: int) -> None:
    with pytest.raises(WireError):
        ErrorEstimate.from_error_ns(error_ns, synchronised=True)


def test_the_least_certain_clock() -> None:
    """Longest error last; then clocks that say nothing, whatever scale they claim."""
    better, worse = (ErrorEstimate(True, scale=scale) for scale in (10, 20))
    nothing, free = ErrorEstimate(True, multiplier=0), ErrorEstimate(False, scale=1)
    assert least_certain([better, worse, better]) == worse
    assert least_certain([better, free, worse]) == free
    assert least_certain([worse, nothing]) == nothing
    assert least_certain([]) is None
