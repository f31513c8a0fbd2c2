"""Counts of what became of probes: lost and in which direction, repeated, late, out of order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome, Sample, StampSource
from netkit.stats.loss_patterns import Flags
from netkit.stats.reordering import Reordering, reordered, reordering

Arrivals = NDArray[np.int64]
"""A row a packet, in order of arrival: its place in that order, when it came, the number by which
it set out, and its probe's number.
"""

ARRIVED = frozenset({Outcome.RECEIVED, Outcome.DUPLICATE})
"""Answered within the timeout."""

HEARD = ARRIVED | {Outcome.LATE}
"""Answered, in time or not: what their stamps say is known."""


@dataclass(frozen=True, slots=True)
class LossCounts:
    """How the probes of a session ended (RFC 7680); refused ones left and were turned back.

    ``sent`` = ``received`` + ``lost_forward`` + ``lost_backward`` + ``lost_unknown`` + ``late`` +
    ``refused`` + ``dropped_here``; probes ``not_sent`` are apart. ``duplicated`` of the received
    were answered more than once. ``dropped_here`` replies came back to this host, which had no room
    left for them: they are no loss of the path.
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
    dropped_here: int = 0


def count_losses(samples: Iterable[Sample]) -> LossCounts:
    """Count the outcomes of ``samples``."""
    return loss_counts(Counter(sample.outcome for sample in samples))


def loss_counts(ended: Counter[Outcome]) -> LossCounts:
    """The counts of so many probes that ended in each way."""
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


def dropped_counts(counts: LossCounts, dropped: int) -> LossCounts:
    """The same with ``dropped`` of the lost known to have been dropped by this host.

    Never more than there are: a socket also drops what is no reply.
    """
    backward = min(dropped, counts.lost_backward)
    unknown = min(dropped - backward, counts.lost_unknown)
    return replace(
        counts,
        lost_backward=counts.lost_backward - backward,
        lost_unknown=counts.lost_unknown - unknown,
        dropped_here=backward + unknown,
    )


def lost_forward_flags(samples: Sequence[Sample]) -> Flags | None:
    """Which probes were lost on the way there, in sending order; None if a direction is unknown.

    Probes that never left, or that were turned back by a host on the way, are no part of it.
    """
    ended = _in_order(samples, without=(Outcome.NOT_SENT, Outcome.REFUSED))
    return _flags(ended, Outcome.LOST_FORWARD)


def lost_backward_flags(samples: Sequence[Sample]) -> Flags | None:
    """Which replies were lost on the way back, in the order in which their probes were sent."""
    gone = (Outcome.NOT_SENT, Outcome.REFUSED, Outcome.LOST_FORWARD)
    return _flags(_in_order(samples, without=gone), Outcome.LOST_BACKWARD)


def reordering_forward(samples: Sequence[Sample]) -> Reordering | None:
    """Probes that reached the reflector after one sent later, in the order of its own numbers.

    Where it has not shown that it counts, in the order of T2, which a step of its clock breaks.
    """
    arrivals = _arrivals_forward(samples)
    return reordering(arrivals[:, 2], arrivals[:, 1])


def reordering_backward(samples: Sequence[Sample]) -> Reordering | None:
    """Replies that came back, by T4, after one reflected later: by its numbers, else by T3.

    T4 is taken as if this host's clock had not been set; those under way when it was are left out.
    """
    arrivals = _arrivals_backward(samples)
    return reordering(arrivals[:, 2], arrivals[:, 1])


def counted_by_reflector(samples: Sequence[Sample]) -> bool:
    """Whether the order at the reflector is that of its own numbers, and not of its stamps."""
    return bool(_reflected(samples))


def out_of_order(samples: Sequence[Sample]) -> frozenset[int]:
    """The numbers of the probes that were reordered in one direction or in both."""
    found: set[int] = set()
    for arrivals in (_arrivals_forward(samples), _arrivals_backward(samples)):
        found.update(arrivals[reordered(arrivals[:, 2]), 3].tolist())
    return frozenset(found)


def _arrivals_forward(samples: Sequence[Sample]) -> Arrivals:
    numbers = _reflected(samples)
    return _in_order_of_arrival(
        (
            numbers.get(sample.sequence, sample.t2.time_ns),
            sample.t2.time_ns,
            sample.sequence,
            sample.sequence,
        )
        for sample in samples
        if sample.t2 is not None
    )


def _arrivals_backward(samples: Sequence[Sample]) -> Arrivals:
    numbers = _reflected(samples)
    arrivals = _in_order_of_arrival(
        (
            sample.t4.time_ns - sample.clock_set_ns,
            sample.t4.time_ns - sample.clock_set_ns,
            numbers.get(sample.sequence, sample.t3.time_ns),
            sample.sequence,
        )
        for sample in samples
        if sample.t3 is not None and sample.t4 is not None and not sample.spans_step
    )
    # Reflected at one instant, by a program that read its clock once: in the probes' order.
    set_out = np.lexsort((arrivals[:, 3], arrivals[:, 2]))
    arrivals[set_out, 2] = np.arange(len(arrivals))
    return arrivals


def _in_order_of_arrival(arrivals: Iterable[tuple[int, int, int, int]]) -> Arrivals:
    return np.array(sorted(arrivals), dtype=np.int64).reshape(-1, 4)


def _reflected(samples: Sequence[Sample]) -> dict[int, int]:
    """The reflector's number of each answer by the probe's; none if that tells no order.

    It does if the reflector counts by itself and was not started again meanwhile. One that copies
    numbers sends no follow-ups, which bring better stamps than its program's.
    """
    answered = [sample for sample in samples if sample.t2 is not None]
    numbers = {
        sample.sequence: sample.reflector_sequence
        for sample in answered
        if sample.reflector_sequence is not None
    }
    shown = any(number != sequence for sequence, number in numbers.items()) or any(
        sample.t3 is not None and sample.t3.source is not StampSource.USERSPACE
        for sample in answered
    )
    whole = len(set(numbers.values())) == len(answered)
    return numbers if shown and whole else {}


def _in_order(samples: Sequence[Sample], without: tuple[Outcome, ...]) -> list[Outcome]:
    ordered = sorted(samples, key=lambda sample: sample.sequence)
    return [sample.outcome for sample in ordered if sample.outcome not in without]


def _flags(ended: list[Outcome], lost: Outcome) -> Flags | None:
    if Outcome.LOST in ended:
        return None
    return np.array([outcome is lost for outcome in ended], dtype=np.bool_)


Counts = NDArray[np.int64]


def duplication_fraction(arrivals: Counts) -> float | None:
    """Extra copies for each packet that arrived; None of none (RFC 5560 §5.1)."""
    arrived = arrivals[arrivals > 0]
    return float((arrived - 1).mean()) if arrived.size else None


def replicated_packet_rate(arrivals: Counts) -> float | None:
    """Packets with extra copies among all that arrived; None of none (RFC 5560 §5.2)."""
    arrived = arrivals[arrivals > 0]
    return float(np.mean(arrived > 1)) if arrived.size else None
