"""One direction of a session: its figures, and whether they keep the tier's bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from netkit.model.measurement.refutation import Refutation
from netkit.model.measurement.sample import Outcome, Sample, Stamp, is_precise
from netkit.model.units import ns_to_us
from netkit.model.verdict import Verdict
from netkit.stats.delay import DelayFigures, delay_figures, ipdv, pdv
from netkit.stats.judgement import Doubt, ValueAt, direction_verdict, judged_among
from netkit.stats.loss_patterns import Flags, LossPattern, loss_pattern
from netkit.stats.reordering import Reordering
from netkit.stats.skew import Skew, estimate_skew, remove_skew

Corners = Callable[[Sample], tuple[Stamp | None, Stamp | None]]
_Pair = tuple[Stamp, Stamp]


@dataclass(frozen=True)
class DirectionSummary:
    """One direction of one session.

    ``sent`` probes (forward) or replies (backward) set out as far as is known, ``received``
    arrived, ``lost`` are known to be lost in this direction. ``delay``, ``ipdv`` and ``pdv`` are
    None where there is nothing to compute them from. ``sources`` counts who took the two stamps of
    each delay, such as ``kernel+userspace``. ``left_out`` delays are in no figure: as soon as one
    delay has both stamps from the kernel or the hardware, only such delays count, since the host's
    own delay in the others would spoil the minimum and the median; a verdict allows for them
    (:mod:`netkit.stats.judgement`). ``late`` delays, of probes that came back after their timeout,
    are in no figure either, but in what is judged (``judged_on``, ``judged_us``). ``losses`` is
    None where the direction of a loss is unknown. ``skew`` is what the delays say about the clocks'
    rates; it is in the figures unless ``skew_removed``, and not told of clocks that stepped.
    ``unknown`` delays of probes that came back are not known, as a stamp was missing or impossible
    or this host dropped the reply: the verdict holds whatever they were.
    """

    sent: int
    received: int
    lost: int
    duplicates: int
    delay: DelayFigures | None
    ipdv: DelayFigures | None
    pdv: DelayFigures | None
    sources: Mapping[str, int]
    left_out: int
    uncertainty_us: float
    judged_on: str | None
    judged_us: float | None
    verdict: Verdict
    reordering: Reordering | None = None
    losses: LossPattern | None = None
    skew: Skew | None = None
    skew_removed: bool = False
    unknown: int = 0
    late: int = 0

    @property
    def reordered(self) -> int:
        """How many came after one that set out later."""
        return 0 if self.reordering is None else self.reordering.reordered


@dataclass(frozen=True, slots=True)
class Terms:
    """What the figures of both directions are judged by."""

    bound_us: float | None
    uncertainty_us: float
    skew_removed: bool
    refuted: Refutation | None
    stepped: bool
    dropped: int


def direction(
    believed: Sequence[Sample],
    heard: int,
    corners: Corners,
    terms: Terms,
    lost_flags: Flags | None,
    reordering: Reordering | None,
    **counts: int,
) -> DirectionSummary:
    """The figures of ``believed`` samples, whose two stamps ``corners`` tell, and what is judged of
    them and of those that were late. ``heard`` counts all that came back, with those that are not
    believed; ``counts`` are the fields of that kind."""
    pairs = _stamped([one for one in believed if one.outcome is not Outcome.LATE], corners)
    after = _stamped([one for one in believed if one.outcome is Outcome.LATE], corners)
    used, exact, poor = _by_stamps(pairs, after)
    times_ns = np.array([start.time_ns for start, _ in used], dtype=np.int64)
    delays_ns = np.array([end.time_ns - start.time_ns for start, end in used], dtype=np.int64)
    skew = None if terms.stepped else estimate_skew(times_ns, delays_ns)
    skew_removed = terms.skew_removed and skew is not None
    if skew is not None and skew_removed:
        delays_ns = remove_skew(times_ns, delays_ns, skew)
    figures = delay_figures(delays_ns)
    unknown = heard - len(pairs) - len(after) + terms.dropped
    in_time, late = np.sort(delays_ns).tolist(), _delays_ns(exact)
    judged_on, judged_ns = _judged([*in_time, *late])
    uncertainty_us = terms.uncertainty_us
    if skew is not None and skew_removed:
        # A path that gets longer looks alike: what was taken out may have been delay.
        uncertainty_us += ns_to_us(abs(skew.rate) * skew.span_ns)
    return DirectionSummary(
        **counts,
        delay=figures,
        ipdv=delay_figures(ipdv(delays_ns)),
        pdv=delay_figures(pdv(delays_ns)),
        sources=dict(sorted(Counter(f"{a.source}+{b.source}" for a, b in pairs).items())),
        left_out=len(pairs) - len(used),
        uncertainty_us=uncertainty_us,
        judged_on=judged_on,
        judged_us=None if judged_ns is None else ns_to_us(judged_ns),
        verdict=direction_verdict(
            figures, uncertainty_us, terms.bound_us,
            Doubt(
                unknown, terms.refuted, len(poor), _ranked(_delays_ns(poor)),
                len(late), _ranked(late),
            ),
            _ranked(in_time),
        ),
        reordering=reordering,
        losses=None if lost_flags is None else loss_pattern(lost_flags),
        skew=skew,
        skew_removed=skew_removed,
        unknown=unknown,
        late=len(after),
    )  # fmt: skip


def _stamped(samples: Sequence[Sample], corners: Corners) -> list[_Pair]:
    return [(start, end) for start, end in map(corners, samples) if start and end]


def _by_stamps(pairs: list[_Pair], after: list[_Pair]) -> tuple[list[_Pair], ...]:
    """Those of ``pairs`` that are in the figures; of those ``after`` the timeout the ones that are
    known as well; and all that are known to have been no longer than they show."""
    used = best_stamped(pairs)
    late = [pair for pair in after if is_precise(pair)]
    if not late and not any(map(is_precise, used)):
        return used, after, []
    poor = [] if len(used) == len(pairs) else pairs
    return used, late, [pair for pair in (*poor, *after) if not is_precise(pair)]


def _delays_ns(pairs: Sequence[_Pair]) -> list[int]:
    return sorted(end.time_ns - start.time_ns for start, end in pairs)


def _ranked(ordered: list[int]) -> ValueAt:
    return lambda rank: ordered[rank - 1]


def _judged(delays_ns: list[int]) -> tuple[str | None, int | None]:
    """What is judged of all that are known; None of none."""
    ordered = sorted(delays_ns)
    return judged_among(len(ordered), _ranked(ordered)) if ordered else (None, None)


def best_stamped(pairs: list[_Pair]) -> list[_Pair]:
    """The pairs that kernel or hardware stamped at both ends; all of them if there are none."""
    return [pair for pair in pairs if is_precise(pair)] or pairs
