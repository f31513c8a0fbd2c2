"""Why what clocks claim of themselves cannot hold: the cause, its figures, what it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.model.units import NS_PER_S

_NEAR_NS = NS_PER_S // 2


_QUARTER_HOUR_S = 900


_FARTHEST_ZONE_S = 14 * 3600


_LONG_AGO_S = 20 * 365 * 86_400


class OffsetGuess(StrEnum):
    """What a clock that is off by that much is likely to be."""

    TAI = "tai"
    GPS = "gps"
    LOCAL_TIME = "local_time"
    NEVER_SET = "never_set"


_AHEAD_S = {37: OffsetGuess.TAI, 18: OffsetGuess.GPS}
"""Of UTC, since 2017."""


class RefutationCause(StrEnum):
    """What shows that clocks are not as near to each other as they claim."""

    OTHER_FORMAT = "other_format"
    DELAY_BELOW_ERROR = "delay_below_error"
    IMPOSSIBLE = "impossible"
    STEP = "step"
    MOVED = "moved"
    COARSE = "coarse"


@dataclass(frozen=True, slots=True)
class ClockStep:
    """``clock`` (``sender`` or ``reflector``) was set by ``step_ns`` before ``probe`` was sent."""

    clock: str
    probe: int
    step_ns: int


@dataclass(frozen=True, slots=True)
class Refutation:
    """Why clocks that claim to be within ``error_ns`` of each other cannot be.

    ``shown_ns`` is the delay, the jump, how far a rule was broken, how far the clocks moved at
    least, or what all stamps are whole multiples of; ``way`` the direction of that delay, ``step``
    the jump. ``ahead_ns`` is how far ahead the reflector's clock is, where both delays leave no
    doubt that it is off, and ``guess`` what that looks like.
    """

    cause: RefutationCause
    error_ns: float
    shown_ns: int | None = None
    way: str | None = None
    step: ClockStep | None = None
    ahead_ns: int | None = None

    @property
    def guess(self) -> OffsetGuess | None:
        """What a clock that is off by that much is likely to be; None if anything."""
        return None if self.ahead_ns is None else guess_of(self.ahead_ns)


def guess_of(ahead_ns: int) -> OffsetGuess | None:
    """What a clock that is so far ahead of UTC is likely to be."""
    seconds = abs(ahead_ns) / NS_PER_S
    whole = round(ahead_ns / NS_PER_S)
    if whole in _AHEAD_S and abs(ahead_ns - whole * NS_PER_S) < _NEAR_NS:
        return _AHEAD_S[whole]
    if seconds > _LONG_AGO_S:
        return OffsetGuess.NEVER_SET
    quarters = round(seconds / _QUARTER_HOUR_S)
    near = abs(seconds - quarters * _QUARTER_HOUR_S) < 1
    return OffsetGuess.LOCAL_TIME if quarters and near and seconds <= _FARTHEST_ZONE_S else None
