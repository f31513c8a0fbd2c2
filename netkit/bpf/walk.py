"""All entries of a hash map at once, as arrays (``BPF_MAP_LOOKUP_BATCH``: Linux 5.6 and later)."""

from __future__ import annotations

import errno
import struct

import numpy as np
from numpy.typing import NDArray

from netkit.bpf.maps import Map
from netkit.bpf.syscall import bpf

_BATCH = struct.Struct("=QQQQIIQQ")
_COUNT = 4


def all_entries(
    map_: Map, key: np.dtype[np.void], value: np.dtype[np.void], most: int
) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """Keys and values of a map that has room for ``most``; O(most) in time and memory.

    What comes and goes meanwhile may be there or not. Raises OSError if the kernel refuses.
    """
    keys, values = np.zeros(most, key), np.zeros(most, value)
    position = np.zeros(1, np.uint64)
    attribute = _BATCH.pack(
        0, position.ctypes.data, keys.ctypes.data, values.ctypes.data, most, map_.fd, 0, 0
    )
    # Where there are not as many, the kernel tells how many, and ENOENT.
    _, answer = bpf("map lookup batch", attribute, "all of a map", errno.ENOENT)
    count = _BATCH.unpack_from(answer)[_COUNT]
    return keys[:count], values[:count]
