"""From what a stream knows of its probes to samples, many at a time, as arrays.

The rules are those of :mod:`netkit.probe.sender.samples`.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, SOURCE_CODE, UNKNOWN

_USERSPACE = SOURCE_CODE[StampSource.USERSPACE]
_KERNEL, _NONE = SOURCE_CODE[StampSource.KERNEL], SOURCE_CODE[StampSource.NONE]


_Numbers = NDArray[np.int64]


class FollowUpStamps(Protocol):
    """Whoever knows the kernel's T3 of replies."""

    def stamps(
        self, probes: _Numbers, numbers: _Numbers, t3_ns: _Numbers
    ) -> tuple[_Numbers, _Numbers]:
        """Of the answered probes: T3, UNKNOWN if not told, and who took it."""
        ...


def samples_of(
    sequences: NDArray[np.int64],
    rows: NDArray[np.void],
    follow_ups: FollowUpStamps,
    timeout_ns: int | _Numbers,
) -> NDArray[np.void]:
    """Samples of the probes of ``rows`` (:data:`~netkit.probe.stream.rows.ROWS`).

    ``timeout_ns`` is that of all, or of each of them.
    The outcome of those of which nothing was heard is not set: which way they were lost, the
    probes around them tell.
    """
    made = np.zeros(len(rows), SAMPLES)
    made["sequence"] = sequences
    made["send_error_ns"] = rows["sent_ns"] - rows["scheduled_ns"]
    made["t1_userspace_ns"] = rows["t1_userspace_ns"]
    made["clock_set_ns"] = rows["set_ns"]
    made["spans_step"] = rows["stepped_ns"] != UNKNOWN
    by_kernel = rows["t1_ns"] != UNKNOWN
    made["t1_ns"] = np.where(by_kernel, rows["t1_ns"], rows["t1_userspace_ns"])
    made["t1_source"] = np.where(by_kernel, _KERNEL, _USERSPACE)
    answered = rows["answers"] > 0
    for field in ("t2_ns", "t3_ns", "t4_ns", "reflector_sequence", "reply_ttl",
                  "forward_ttl", "t3_userspace_ns"):  # fmt: skip
        made[field] = UNKNOWN
    for field in ("t2_source", "t3_source", "t4_source"):
        made[field] = _NONE
    timeouts_ns = np.broadcast_to(timeout_ns, len(rows))[answered]
    if answered.all():  # no copies of what has so many columns
        return _with_answers(made, rows, follow_ups, timeouts_ns)
    made[answered] = _with_answers(made[answered], rows[answered], follow_ups, timeouts_ns)
    made["outcome"][rows["refused"] & ~answered] = OUTCOME_CODE[Outcome.REFUSED]
    unsent = made[~answered & rows["not_sent"]]
    unsent["outcome"] = OUTCOME_CODE[Outcome.NOT_SENT]
    unsent["t1_ns"] = unsent["t1_userspace_ns"] = UNKNOWN
    unsent["t1_source"] = _NONE
    unsent["spans_step"] = False
    made[~answered & rows["not_sent"]] = unsent
    return made


def _with_answers(
    made: NDArray[np.void],
    rows: NDArray[np.void],
    follow_ups: FollowUpStamps,
    timeout_ns: _Numbers,
) -> NDArray[np.void]:
    made["reflector_sequence"] = rows["sequence"]
    ttl = rows["sender_ttl"].astype(np.int64)
    made["forward_ttl"] = np.where(ttl == 0, UNKNOWN, ttl)
    made["reply_ttl"] = rows["hop_limit"]
    made["t3_userspace_ns"] = rows["t3_ns"]
    made["t2_ns"] = rows["t2_ns"]
    made["t2_source"] = np.where(rows["t2_ns"] == UNKNOWN, _NONE, rows["t2_source"])
    made["t4_ns"], made["t4_source"] = rows["t4_ns"], rows["t4_source"]
    told_ns, source = follow_ups.stamps(made["sequence"], rows["sequence"], rows["t3_ns"])
    told = told_ns != UNKNOWN
    made["t3_ns"] = np.where(told, told_ns, rows["t3_ns"])
    unstamped = np.where(rows["t3_ns"] == UNKNOWN, _NONE, _USERSPACE)
    made["t3_source"] = np.where(told, source, unstamped)
    made["backward_duplicates"] = rows["backward_duplicates"]
    made["forward_duplicates"] = rows["answers"] - 1 - rows["backward_duplicates"]
    repeated, received = OUTCOME_CODE[Outcome.DUPLICATE], OUTCOME_CODE[Outcome.RECEIVED]
    made["outcome"] = np.where(rows["answers"] > 1, repeated, received)
    late = _away_ns(made["t4_ns"] - made["t1_ns"], rows["stepped_ns"]) > timeout_ns
    made["outcome"][late] = OUTCOME_CODE[Outcome.LATE]
    return made


def _away_ns(stamped_ns: NDArray[np.int64], stepped_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """How long probes were away at least, by the rule of the plain session."""
    stepped = stepped_ns != UNKNOWN
    if not stepped.any():
        return stamped_ns
    other_ns = stamped_ns - np.where(stepped, stepped_ns, 0)
    least_ns, most_ns = np.minimum(stamped_ns, other_ns), np.maximum(stamped_ns, other_ns)
    possible_ns = np.where(least_ns >= 0, least_ns, np.maximum(most_ns, 0))
    return np.where(stepped, possible_ns, stamped_ns)
