"""How likely a count is by chance alone."""

from __future__ import annotations

import math


def chance_of_so_many(count: int, of: int, share: float) -> float:
    """The probability that ``of`` events of probability ``share`` each come to ``count`` or more
    (binomial). O(of - count).

    >>> round(chance_of_so_many(7, 20, 0.25), 3)
    0.214
    >>> chance_of_so_many(1, 20, 0.0), chance_of_so_many(0, 20, 0.0)
    (0.0, 1.0)
    """
    if count <= 0:
        return 1.0
    if not 0.0 < share < 1.0:
        return float(share >= 1.0 and count <= of)
    hit, missed = math.log(share), math.log1p(-share)
    return math.fsum(
        math.exp(_ways_log(number, of) + number * hit + (of - number) * missed)
        for number in range(count, of + 1)
    )


def _ways_log(number: int, of: int) -> float:
    """The logarithm of in how many ways so many are chosen."""
    return math.lgamma(of + 1) - math.lgamma(number + 1) - math.lgamma(of - number + 1)
