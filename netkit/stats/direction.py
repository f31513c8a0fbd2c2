"""One direction of a session: its figures, and whether they keep the tier's bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from netkit.model.measurement.refutation import Refutation
from netkit.model.measurement.sample import Sample, Stamp, is_precise
from netkit.model.units import ns_to_us
from netkit.model.verdict import Verdict
from netkit.stats.delay import DelayFigures, delay_figures, ipdv, pdv
from netkit.stats.judgement import Doubt, ValueAt, direction_verdict, judged
from netkit.stats.loss_patterns import Flags, LossPattern, loss_pattern
from netkit.stats.reordering import Reordering
from netkit.stats.skew import Skew, estimate_skew, remove_skew

Corners = Callable[[Sample], tuple[Stamp | None, Stamp | None]]


@dataclass(frozen=True)
class DirectionSummary:
    """One direction of one session.

    ``sent`` probes (forward) or replies (backward) set out as far as is known, ``received``
    arrived, ``lost`` are known to be lost in this direction. ``delay``, ``ipdv`` and ``pdv`` are
    None where there is nothing to compute them from. ``sources`` counts who took the two stamps of
    each delay, such as ``kernel+userspace``. ``left_out`` delays are in no figure: as soon as one
    delay has both stamps from the kernel or the hardware, only such delays count, since the host's
    own delay in the others would spoil the minimum and the median; a verdict allows for them
    (:mod:`netkit.stats.judgement`). So it does for ``late`` delays, of probes that came back after
    their timeout. ``losses`` is None where the direction of a loss is unknown. ``skew`` is what the
    delays say about the clocks' rates; it is in the figures unless ``skew_removed``, and not told
    of clocks that stepped. ``unknown`` delays of probes that came back are not known, as a stamp
    was missing or impossible or this host dropped the reply: the verdict holds whatever they were.
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
    late: Sequence[Sample],
    arrived: int,
    corners: Corners,
    terms: Terms,
    lost_flags: Flags | None,
    reordering: Reordering | None,
    **counts: int,
) -> DirectionSummary:
    """The figures of ``believed`` samples, whose two stamps ``corners`` tell. ``arrived`` counts
    all that did, with those that are not believed and ``late`` ones, of which those here are
    believed; ``counts`` are the fields of that kind."""
    pairs = [(start, end) for start, end in map(corners, believed) if start and end]
    after = [(start, end) for start, end in map(corners, late) if start and end]
    used = best_stamped(pairs)
    times_ns = np.array([start.time_ns for start, _ in used], dtype=np.int64)
    delays_ns = np.array([end.time_ns - start.time_ns for start, end in used], dtype=np.int64)
    skew = None if terms.stepped else estimate_skew(times_ns, delays_ns)
    skew_removed = terms.skew_removed and skew is not None
    if skew is not None and skew_removed:
        delays_ns = remove_skew(times_ns, delays_ns, skew)
    poor = [] if len(used) == len(pairs) else [pair for pair in pairs if not is_precise(pair)]
    figures = delay_figures(delays_ns)
    judged_on, judged_ns = (None, None) if figures is None else judged(figures)
    judged_us = None if judged_ns is None else ns_to_us(judged_ns)
    unknown = arrived - len(pairs) - len(after) + terms.dropped
    ordered = np.sort(delays_ns)
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
        judged_us=judged_us,
        verdict=direction_verdict(
            figures, uncertainty_us, terms.bound_us,
            Doubt(
                unknown, terms.refuted, len(poor), _values_of(poor), len(after), _values_of(after)
            ),
            lambda rank: int(ordered[rank - 1]),
        ),
        reordering=reordering,
        losses=None if lost_flags is None else loss_pattern(lost_flags),
        skew=skew,
        skew_removed=skew_removed,
        unknown=unknown,
        late=len(after),
    )  # fmt: skip


def _values_of(pairs: list[tuple[Stamp, Stamp]]) -> ValueAt:
    ordered = sorted(end.time_ns - start.time_ns for start, end in pairs)
    return lambda rank: ordered[rank - 1]


def best_stamped(pairs: list[tuple[Stamp, Stamp]]) -> list[tuple[Stamp, Stamp]]:
    """The pairs that kernel or hardware stamped at both ends; all of them if there are none."""
    return [pair for pair in pairs if is_precise(pair)] or pairs
