"""What Error Estimates off the wire bound, many at once (RFC 4656 §4.1.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.model.units import NS_PER_S
from netkit.wire.timestamps import ERA_NS

_SYNCHRONISED, _SCALE, _MULTIPLIER = 0x8000, 0x3F, 0xFF
_FRACTION_BITS = 32


def bounds_ns(raw: NDArray[np.uint16]) -> NDArray[np.float64]:
    """How far each clock may be off, as :class:`netkit.wire.timestamps.ErrorEstimate` rounds it.

    Infinite where the estimate is invalid or as large as an era of timestamps, or the clock is not
    synchronised.
    """
    value = raw.astype(np.int64)
    scale, multiplier = value >> 8 & _SCALE, value & _MULTIPLIER
    bound = np.ceil(np.ldexp(multiplier.astype(np.float64) * NS_PER_S, scale - _FRACTION_BITS))
    known = (value & _SYNCHRONISED != 0) & (multiplier > 0) & (bound < ERA_NS)
    return np.where(known, bound, np.inf)
