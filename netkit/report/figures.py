"""The figures of the whole: how well the measured backbone keeps to the plan."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from netkit.model.verdict import Verdict, worst
from netkit.report.results import DirectionMeasured, LoopResults

TARGET_WITHIN_SHARE = 0.95
TARGET_STAMP_ERROR_MS = 0.1
TARGET_CERTIFIED_SHARE = 1.0

DISTRIBUTION = (0, 1, 2, *range(5, 96, 5), 98, 99, 100)
"""The shares of probes, in percent, that tell how their delays are distributed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and shares over all pairs; a share of nothing is None.

    ``verdicts`` counts the measured pairs by verdict; ``verdict`` is the worst of them.
    """

    pairs: int
    planned_pass: int
    with_backup: int
    measured: int
    within: int
    within_share: float | None
    sent: int
    lost: int
    stamp_error_p50_ms: float | None
    traced: int
    certified: int
    certified_share: float | None
    verdicts: dict[Verdict, int]
    verdict: Verdict


def figures_of(results: LoopResults) -> Figures:
    """Work out the figures of the whole."""
    pairs = results.pairs
    measured = [pair.measured for pair in pairs if pair.measured is not None]
    directions = [way for pair in measured for way in (pair.forward, pair.backward)]
    within = sum(pair.within_tolerance is True for pair in pairs)
    traced = sum(way.traced for way in directions)
    certified = sum(way.certified for way in directions)
    return Figures(
        pairs=len(pairs),
        planned_pass=sum(pair.plan.verdict is Verdict.PASS for pair in pairs),
        with_backup=sum(pair.plan.backup is not None for pair in pairs),
        measured=len(measured),
        within=within,
        within_share=_share(within, len(measured)),
        sent=sum(way.sent for way in directions),
        lost=sum(way.lost for way in directions),
        stamp_error_p50_ms=stamp_error_ms(directions),
        traced=traced,
        certified=certified,
        certified_share=_share(certified, traced),
        verdicts={verdict: sum(p.verdict is verdict for p in measured) for verdict in Verdict},
        verdict=worst(pair.verdict for pair in measured),
    )


def stamp_error_ms(directions: Iterable[DirectionMeasured]) -> float | None:
    """The median over all probes of \\|STAMP - truth\\| in ms; None where no truth is known."""
    errors = [abs(error) for way in directions for error in way.errors_ms]
    return median(errors) if errors else None


def distribution_ms(way: DirectionMeasured) -> list[float] | None:
    """The delays at :data:`DISTRIBUTION` percent of the probes that arrived, the nearest ranks;
    None where none did."""
    ordered = sorted(way.delays_ms)
    if not ordered:
        return None
    return [ordered[max(0, math.ceil(share * len(ordered) / 100) - 1)] for share in DISTRIBUTION]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
