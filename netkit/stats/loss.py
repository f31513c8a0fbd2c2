"""Counts of what became of probes: lost and in which direction, repeated, late, out of order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netkit.model.sample import Outcome, Sample

ARRIVED = frozenset({Outcome.RECEIVED, Outcome.DUPLICATE})
"""Answered within the timeout."""


@dataclass(frozen=True, slots=True)
class LossCounts:
    """How the probes of a session ended (RFC 7680); refused ones left and were turned back.

    ``sent`` = ``received`` + ``lost_forward`` + ``lost_backward`` + ``lost_unknown`` + ``late`` +
    ``refused``; probes ``not_sent`` are apart. ``duplicated`` of the received were answered more
    than once.
    """

    sent: int
    received: int
    lost_forward: int
    lost_backward: int
    lost_unknown: int
    late: int
    refused: int
    not_sent: int
    duplicated: int


def count_losses(samples: Iterable[Sample]) -> LossCounts:
    """Count the outcomes of ``samples``."""
    ended = Counter(sample.outcome for sample in samples)
    return LossCounts(
        sent=ended.total() - ended[Outcome.NOT_SENT],
        received=sum(ended[outcome] for outcome in ARRIVED),
        lost_forward=ended[Outcome.LOST_FORWARD],
        lost_backward=ended[Outcome.LOST_BACKWARD],
        lost_unknown=ended[Outcome.LOST],
        late=ended[Outcome.LATE],
        refused=ended[Outcome.REFUSED],
        not_sent=ended[Outcome.NOT_SENT],
        duplicated=ended[Outcome.DUPLICATE],
    )


def count_reordered(arrivals: Iterable[int]) -> int:
    """How many of the sequence numbers, in order of arrival, came after a higher one.

    Type-P-Reordered of RFC 4737 §3.3: against the highest number so far, not the one before.
    """
    reordered, next_expected = 0, None
    for sequence in arrivals:
        if next_expected is not None and sequence < next_expected:
            reordered += 1
        else:
            next_expected = sequence + 1
    return reordered


def reordered_forward(samples: Sequence[Sample]) -> int:
    """Probes that reached the reflector after one sent later, by T2."""
    reached = [(sample.t2.time_ns, sample.sequence) for sample in samples if sample.t2 is not None]
    return count_reordered(sequence for _, sequence in sorted(reached))


def reordered_backward(samples: Sequence[Sample]) -> int:
    """Replies that came back after one reflected later: numbered by T3, in order of T4."""
    back = [
        (sample.t4.time_ns, sample.t3.time_ns)
        for sample in samples
        if sample.t3 is not None and sample.t4 is not None
    ]
    return count_reordered(reflected_ns for _, reflected_ns in sorted(back))
