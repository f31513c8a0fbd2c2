"""Physical constants and every unit conversion of the project."""

from __future__ import annotations

import math

FIBRE_US_PER_KM = 4.897
"""Light in fibre at 1550 nm, group index 1.468: a lower bound on one-way delay, in µs per km."""

NS_PER_US = 1_000
NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
US_PER_MS = 1_000
MS_PER_S = 1_000
BPS_PER_GBPS = 1_000_000_000
PPB = 1_000_000_000
PPB_PER_PERCENT = 10_000_000

_LOG_LOSS = 10**12
_SAME = 256


def us_to_ms(delay_us: float) -> float:
    """Microseconds as milliseconds."""
    return delay_us / US_PER_MS


def ms_to_us(delay_ms: float) -> int:
    """Milliseconds as whole microseconds, rounded to nearest.

    >>> ms_to_us(20), ms_to_us(0.0005)
    (20000, 1)
    """
    return math.floor(delay_ms * US_PER_MS + 0.5)


def us_to_ns(delay_us: int) -> int:
    """Whole microseconds as nanoseconds, exactly."""
    return delay_us * NS_PER_US


def ns_to_ms(duration_ns: float) -> float:
    """Nanoseconds as milliseconds."""
    return duration_ns / NS_PER_MS


def ns_to_us(duration_ns: float) -> float:
    """Nanoseconds as microseconds."""
    return duration_ns / NS_PER_US


def percent_to_ppb(loss_percent: float) -> int:
    """A share of packets in percent as parts per billion, rounded up.

    >>> percent_to_ppb(0.1), percent_to_ppb(1e-9)
    (1000000, 1)
    """
    return math.ceil(round(loss_percent * PPB_PER_PERCENT, 3))


def ppb_to_percent(loss_ppb: int) -> float:
    """Parts per billion as percent."""
    return loss_ppb / PPB_PER_PERCENT


def log_loss(loss_ppb: int) -> int:
    """What adds up along a path: -ln(1 - loss) in units of 1e-12, rounded up; loss below 1.

    Two links that lose 1 % each lose 1.99 % together.

    >>> loss_of_log(2 * log_loss(percent_to_ppb(1)))
    19900000
    """
    return math.ceil(-math.log1p(-loss_ppb / PPB) * _LOG_LOSS)


def log_loss_limit(loss_ppb: int) -> int:
    """The largest sum of :func:`log_loss` that keeps a limit on loss.

    The sum over a few hundred links is rounded by less than 0.3 ppb; so a path of exactly the limit
    passes, and none that exceeds it by 1 ppb does.

    >>> limit = log_loss_limit(percent_to_ppb(1.99))
    >>> 2 * log_loss(percent_to_ppb(1)) <= limit < 2 * log_loss(percent_to_ppb(1) + 1)
    True
    """
    return log_loss(loss_ppb) + _SAME


def loss_of_log(log_sum: float) -> int:
    """A sum of :func:`log_loss` as parts per billion, to the nearest."""
    return round(-math.expm1(-log_sum / _LOG_LOSS) * PPB)
