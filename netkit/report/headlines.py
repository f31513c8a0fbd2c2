"""The few sentences that a reader should see first, with their targets."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.language.words import counted, say
from netkit.model.verdict import Verdict
from netkit.report.figures import (
    TARGET_CERTIFIED_SHARE,
    TARGET_STAMP_ERROR_MS,
    TARGET_WITHIN_SHARE,
    Figures,
)
from netkit.report.results import TOLERANCE_MS, TOLERANCE_SHARE, LabFacts
from netkit.report.words.text import verdict_word
from netkit.report.words.units import MISSING, percent_text


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure: ``met`` tells whether its target is reached; None where there is no target."""

    label: str
    value: str
    note: str
    met: bool | None = None


def headlines(figures: Figures, lab: LabFacts) -> tuple[Headline, ...]:
    """The figures of the plan; if the lab ran, those of the measurement as well."""
    planned = _planned(figures)
    return (*planned, *_measured(figures), _boot(lab)) if lab.ran else planned


def _planned(figures: Figures) -> tuple[Headline, ...]:
    return (
        Headline(
            say("Pairs planned within their tier"),
            say("{part} of {all}", part=figures.planned_pass, all=figures.pairs),
            say(
                "guaranteed on every branch; {count} with a disjoint backup",
                count=figures.with_backup,
            ),
        ),
    )


def _measured(figures: Figures) -> tuple[Headline, ...]:
    error_ms = figures.stamp_error_p50_ms
    return (
        Headline(
            say("Pairs measured within their tier"),
            say("{part} of {all}", part=figures.verdicts[Verdict.PASS], all=figures.measured),
            say("{others}; {lost} of {sent} probes lost", others=_other_verdicts(figures),
                lost=f"{figures.lost:,}", sent=f"{figures.sent:,}"),
        ),
        Headline(
            say("Pairs measured as planned"),
            percent_text(figures.within_share),
            say("both medians, within {ms} ms or {share}; target at least {target}",
                ms=TOLERANCE_MS, share=percent_text(TOLERANCE_SHARE),
                target=percent_text(TARGET_WITHIN_SHARE)),
            _at_least(figures.within_share, TARGET_WITHIN_SHARE),
        ),
        Headline(
            say("STAMP against ground truth"),
            MISSING if error_ms is None else f"{error_ms * 1000:.1f} µs",
            say("median difference per probe; target at most {target} µs",
                target=f"{TARGET_STAMP_ERROR_MS * 1000:.0f}"),
            None if error_ms is None else error_ms <= TARGET_STAMP_ERROR_MS,
        ),
        Headline(
            say("Probes on their certified path"),
            percent_text(figures.certified_share),
            say("{traced} traced link by link; target {target}",
                traced=f"{figures.traced:,}", target=percent_text(TARGET_CERTIFIED_SHARE)),
            _at_least(figures.certified_share, TARGET_CERTIFIED_SHARE),
        ),
    )  # fmt: skip


def _boot(lab: LabFacts) -> Headline:
    value = MISSING if lab.boot_s is None else f"{lab.boot_s:.1f} s"
    parts = [] if lab.routers is None else [counted(lab.routers, "router")]
    parts += [] if lab.links is None else [counted(lab.links, "link")]
    parts += [] if lab.backend is None else [say("delays by {backend}", backend=lab.backend)]
    parts += [] if lab.igp in (None, "static") else [say("routes by {igp}", igp=lab.igp)]
    return Headline(say("Backbone booted in"), value, say(", ").join(parts))


def _other_verdicts(figures: Figures) -> str:
    others = [
        f"{count} {verdict_word(verdict)}"
        for verdict, count in figures.verdicts.items()
        if count and verdict is not Verdict.PASS
    ]
    return say(", ").join(others) if others else say("none in breach, none in doubt")


def _at_least(share: float | None, target: float) -> bool | None:
    return None if share is None else share >= target
