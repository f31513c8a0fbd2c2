"""The two 64-bit timestamp formats of STAMP, and the Error Estimate that says which one is used.

Both formats are read and written here as raw unsigned 64-bit integers; netkit counts instants as
whole ns since 1970 on the UTC clock of the host.

- **NTP** (RFC 5905 §6): seconds since 1900 and a binary fraction. One unit is 0.23 ns, so a
  fraction cannot state a whole ns exactly. Encoding and decoding round to nearest (off by at most
  0.12 ns and 0.5 ns), which brings back the very ns that went in; a peer that truncates instead
  reads 1 ns less. Seconds wrap in 2036: 0x80000000 and up are taken as 1968 to 2036, the rest as
  2036 to 2104 (RFC 4330 §3).
- **Truncated PTP** (RFC 8877 §4.3): seconds since 1970 and ns. Exact, and netkit's default. The
  standard counts TAI there; netkit writes the host's UTC clock into it, as its kernel stamps are.
  Against a peer that keeps TAI, ask for NTP.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from netkit.errors import WireError
from netkit.model.units import NS_PER_S

_NTP_TO_UNIX_S = 2_208_988_800
_UNITS_PER_S = 1 << 32
_LOW = _UNITS_PER_S - 1
_ERA_PIVOT_S = 0x8000_0000

ERA_NS = _UNITS_PER_S * NS_PER_S
"""After so long the seconds of both formats begin anew."""

_SYNCHRONISED = 0x8000
_PTP = 0x4000
_MAX_SCALE = 0x3F
_MAX_MULTIPLIER = 0xFF


class TimestampFormat(IntEnum):
    """The Z flag of the Error Estimate (RFC 8186 §2.3)."""

    NTP = 0
    PTP = 1


# Looking up a member of an enumeration costs more than all else of a timestamp.
_PTP_FORM = TimestampFormat.PTP


def encode_timestamp(time_ns: int, form: TimestampFormat) -> int:
    """The 64 bits that state ``time_ns``; NTP rounds to the nearest fraction.

    Raises :class:`WireError` for an instant that the format cannot tell from another: outside
    1970 to 2106 (PTP) or 1968 to 2104 (NTP).

    >>> f"{encode_timestamp(1_700_000_000_000_000_007, TimestampFormat.PTP):016x}"
    '6553f10000000007'
    >>> f"{encode_timestamp(1_700_000_000_500_000_000, TimestampFormat.NTP):016x}"
    'e8fe6f8080000000'
    """
    if form is _PTP_FORM:
        seconds, rest_ns = divmod(time_ns, NS_PER_S)
        if not 0 <= seconds < _UNITS_PER_S:
            raise WireError(f"{time_ns} ns since 1970 does not fit a truncated PTP timestamp")
        return seconds << 32 | rest_ns
    units = ((time_ns << 33) + NS_PER_S) // (2 * NS_PER_S) + (_NTP_TO_UNIX_S << 32)
    if not _ERA_PIVOT_S <= units >> 32 < _ERA_PIVOT_S + _UNITS_PER_S:
        raise WireError(f"{time_ns} ns since 1970 does not fit an NTP timestamp")
    return units & (1 << 64) - 1


def is_time(raw: int, form: TimestampFormat) -> bool:
    """Whether 64 bits off the wire state an instant at all.

    Zero is what a peer sends that has none, and PTP counts no more than 999,999,999 ns to a second.
    """
    return raw != 0 and not (form is _PTP_FORM and raw & _LOW >= NS_PER_S)


def decode_timestamp(raw: int, form: TimestampFormat) -> int:
    """Ns since 1970 of 64 bits off the wire; every value means something, none is refused.

    >>> decode_timestamp(0x6553F10000000007, TimestampFormat.PTP)
    1700000000000000007
    """
    seconds, low = raw >> 32, raw & _LOW
    if form is _PTP_FORM:
        return seconds * NS_PER_S + low
    if seconds < _ERA_PIVOT_S:
        seconds += _UNITS_PER_S
    return (seconds - _NTP_TO_UNIX_S) * NS_PER_S + ((low * NS_PER_S + (1 << 31)) >> 32)


@dataclass(frozen=True, slots=True)
class ErrorEstimate:
    """How far off a clock may be: multiplier · 2^(scale - 32) s (RFC 4656 §4.1.2).

    ``synchronised`` is the S flag: the clock is disciplined to UTC from outside. A multiplier of 0
    is invalid on the wire: such an estimate says nothing.
    """

    synchronised: bool = False
    form: TimestampFormat = TimestampFormat.PTP
    scale: int = 0
    multiplier: int = 1

    @classmethod
    def from_error_ns(
        cls, error_ns: int, *, synchronised: bool, form: TimestampFormat = TimestampFormat.PTP
    ) -> ErrorEstimate:
        """The smallest estimate that is not under ``error_ns``.

        Raises :class:`WireError` for a negative error or one that no scale reaches.

        An error of 1 µs, as parts of 2^-32 s:

        >>> estimate = ErrorEstimate.from_error_ns(1000, synchronised=True)
        >>> estimate.multiplier, estimate.scale, estimate.error_ns
        (135, 5, 1006)
        """
        if error_ns < 0:
            raise WireError(f"an error of {error_ns} ns is no error bound")
        units = max(1, -(-(error_ns << 32) // NS_PER_S))
        scale = max(0, units.bit_length() - 8)
        multiplier = -(-units >> scale)
        if multiplier > _MAX_MULTIPLIER:
            scale, multiplier = scale + 1, -(-units >> (scale + 1))
        if scale > _MAX_SCALE:
            raise WireError(f"an error of {error_ns} ns does not fit an Error Estimate")
        return cls(synchronised, form, scale, multiplier)

    @classmethod
    def parse(cls, raw: int) -> ErrorEstimate:
        """Take the 16 bits of the field apart."""
        return _estimate(raw)

    def to_int(self) -> int:
        """The 16 bits of the field."""
        flags = self.synchronised * _SYNCHRONISED | self.form * _PTP
        return flags | self.scale << 8 | self.multiplier

    @property
    def error_ns(self) -> int | None:
        """The bound in ns, rounded up; None where the estimate is invalid, or so large (ERA_NS)
        that timestamps themselves could not show it: it bounds nothing then."""
        bound_ns = -(-(self.multiplier * NS_PER_S << self.scale) >> 32)
        return bound_ns if 0 < bound_ns < ERA_NS else None


def least_certain(estimates: Iterable[ErrorEstimate]) -> ErrorEstimate | None:
    """The one that bounds its clock the least, as one that is not synchronised; None of none."""
    return max(estimates, key=_bound_ns, default=None)


def _bound_ns(estimate: ErrorEstimate) -> float:
    error_ns = estimate.error_ns
    return math.inf if error_ns is None or not estimate.synchronised else error_ns


@lru_cache(maxsize=16)
def _estimate(raw: int) -> ErrorEstimate:
    """A peer says the same in packet after packet."""
    form = TimestampFormat.PTP if raw & _PTP else TimestampFormat.NTP
    scale, multiplier = raw >> 8 & _MAX_SCALE, raw & _MAX_MULTIPLIER
    return ErrorEstimate(bool(raw & _SYNCHRONISED), form, scale, multiplier)


UNSYNCHRONISED = ErrorEstimate()
"""Nothing is claimed: with S clear, scale and multiplier bound nothing (RFC 4656 §4.1.2)."""
