"""Packets that arrived more than once, by RFC 5560: extra copies, and packets that had any.

Each function takes how many copies of each packet arrived; lost packets (0) do not count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def duplication_fraction(arrivals: Counts) -> float | None:
    """Extra copies for each packet that arrived; None of none (RFC 5560 §5.1)."""
    arrived = arrivals[arrivals > 0]
    return float((arrived - 1).mean()) if arrived.size else None


def replicated_packet_rate(arrivals: Counts) -> float | None:
    """Packets with extra copies among all that arrived; None of none (RFC 5560 §5.2)."""
    arrived = arrivals[arrivals > 0]
    return float(np.mean(arrived > 1)) if arrived.size else None
