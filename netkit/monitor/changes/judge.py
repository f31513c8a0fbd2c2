"""Whether a flow changed against its baseline, by how much, and how sure that is.

The least delay of a window is compared with the least delays of earlier windows, and so is the mean
over the least (RFC 5481); both are exact whatever sketch the window keeps. Levels are medians over
windows, their scatter the median deviation of the baseline: one window that is off moves neither.
What clocks may have moved by is no scatter; it is a bound, and widens every statement.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from netkit.monitor.locate.evidence import LossCount, Quantity, Shift, Statement

SURE = 4.5
"""Standard uncertainties within which a figure is: about 7 of a million are not."""

_MAD_TO_SIGMA = 1.4826
_MEDIAN_LOSS = math.pi / 2
"""The variance of a median beside that of a mean, of normal values."""

_FINEST_NS = 1_000.0
"""Nothing is known of a delay more finely than this."""

_LOG_UNLIKELY = math.log(1e-6)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Changes that matter: smaller ones need not be seen, and do not hide that a flow is unchanged.

    ``loss`` is a share of 1.
    """

    delay_ns: int = 300_000
    jitter_ns: int = 200_000
    loss: float = 0.02

    def of(self, quantity: Quantity) -> float:
        """The least change that matters, as it adds along a path."""
        if quantity is Quantity.LOSS:
            return -math.log1p(-self.loss)
        return self.delay_ns if quantity is Quantity.DELAY else self.jitter_ns


USUAL = Sensitivity()

Said = tuple[Statement, Shift | LossCount]


def judge_shift(
    before: Sequence[float], now: Sequence[float], doubt_ns: float, least_ns: float
) -> Said:
    """Figures of windows before and now; ``doubt_ns`` is what clocks may have made of it, at most.

    Changed: it is more than any doubt explains. Unchanged: it is less than ``least_ns`` in spite of
    all doubt. Else unknown. Raises ValueError without figures on both sides.
    """
    level = statistics.median(before)
    change = statistics.median(now) - level
    sigma = sigma_of_medians([one - level for one in before], len(before), len(now))
    reach = SURE * sigma + doubt_ns
    # A bound taken for an even spread has this standard uncertainty (GUM 4.3.7).
    seen = Shift(change, math.hypot(sigma, doubt_ns / math.sqrt(3)))
    if abs(change) > reach and abs(change) > least_ns / 2:
        return Statement.CHANGED, seen
    return (Statement.UNCHANGED if abs(change) + reach < least_ns else Statement.UNKNOWN), seen


def sigma_of_medians(deviations: Sequence[float], before: int, now: int) -> float:
    """The standard uncertainty of the difference of two medians of so many figures each, by how far
    some are off."""
    deviation = statistics.median(map(abs, deviations)) if deviations else 0.0
    spread = _MEDIAN_LOSS * (1 / before + 1 / now)
    return max(_FINEST_NS, _MAD_TO_SIGMA * deviation) * math.sqrt(spread)


def judge_losses(before: tuple[int, int], now: tuple[int, int], least: float) -> Said:
    """Sent and lost before and now. Raises ValueError where nothing was sent on either side.

    Changed: so many losses at the usual rate have a chance below one in a million. Unchanged: so
    few, if ``least`` more were lost, have a chance below one in a hundred.
    """
    (sent_before, lost_before), (sent, lost) = before, now
    if not sent_before or not sent:
        raise ValueError("losses of nothing")
    usual = (lost_before + 0.5) / (sent_before + 1)
    seen = LossCount(sent, lost, usual)
    if lost > sent * usual and _log_chance_of_more(lost, sent * usual) < _LOG_UNLIKELY:
        return Statement.CHANGED, seen
    few = _chance_of_fewer(lost, sent * (usual + least))
    return (Statement.UNCHANGED if few < _FEW else Statement.UNKNOWN), seen


_FEW = 0.01
_NOTHING = 1e-12


def _log_chance_of_more(count: int, mean: float) -> float:
    """ln P(N ≥ count) of a Poisson number over its mean, bounded from above (Chernoff 1952)."""
    return count - mean - count * math.log(count / mean)


def _chance_of_fewer(count: int, mean: float) -> float:
    """P(N ≤ count) of a Poisson number, by its terms from the largest on: the first of them, at 0,
    is too small for a float where the mean is over 745."""
    peak = min(count, int(mean))
    largest = math.exp(peak * math.log(mean) - mean - math.lgamma(peak + 1))
    return min(1.0, largest * (1.0 + _below(peak, mean) + _above(peak, count, mean)))


def _below(peak: int, mean: float) -> float:
    """The terms under the one at ``peak``, in units of that."""
    term, total = 1.0, 0.0
    for number in range(peak, 0, -1):
        term *= number / mean
        total += term
        if term < _NOTHING:
            break
    return total


def _above(peak: int, count: int, mean: float) -> float:
    """The terms over it, as far as ``count``."""
    term, total = 1.0, 0.0
    for number in range(peak + 1, count + 1):
        term *= mean / number
        total += term
        if term < _NOTHING:
            break
    return total
