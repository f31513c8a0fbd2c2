"""Weights of the lists of a candidate path: each carries its own over the sum of all (RFC 9256
§2.11), so that only their proportions count."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd


def lowest_terms(weights: Sequence[int]) -> tuple[int, ...]:
    """The same proportions in the smallest whole numbers.

    >>> lowest_terms([50, 50]), lowest_terms([600, 400]), lowest_terms([])
    ((1, 1), (3, 2), ())
    """
    common = gcd(*weights) or 1
    return tuple(weight // common for weight in weights)
