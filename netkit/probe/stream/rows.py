"""What a stream keeps of a probe while it may be answered, and while its answer tells of others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.stats.sample_arrays import UNKNOWN

ROWS = np.dtype(
    [
        ("scheduled_ns", np.int64),
        ("sent_ns", np.int64),
        ("t1_userspace_ns", np.int64),
        ("timestamp", np.uint64),
        ("t1_ns", np.int64),
        ("not_sent", np.bool_),
        ("refused", np.bool_),
        ("answers", np.uint32),
        ("backward_duplicates", np.uint32),
        ("sequence", np.int64),
        ("lowest", np.int64),
        ("sender_ttl", np.uint8),
        ("hop_limit", np.int64),
        ("t2_ns", np.int64),
        ("t2_source", np.uint8),
        ("t3_ns", np.int64),
        ("t4_ns", np.int64),
        ("t4_source", np.uint8),
        ("set_ns", np.int64),
        ("stepped_ns", np.int64),
    ]
)
"""One probe: when it went, and its first answer. ``t1_ns`` is the kernel's, or UNKNOWN.

``set_ns`` and ``stepped_ns``: by how much this host's clock had been set when the probe was sent,
and was while it was under way, UNKNOWN if it was not."""


def rows_of_new(count: int) -> NDArray[np.void]:
    """Rows of so many probes that nothing is known of yet."""
    rows = np.zeros(count, ROWS)
    rows["t1_ns"] = rows["stepped_ns"] = UNKNOWN
    return rows
