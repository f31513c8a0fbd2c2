"""What to build as one HTML file: the map with what is new, before and after, pairs by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netkit.language.words import counted, say
from netkit.model.planning.augmentation import Advice, Change
from netkit.model.planning.plan import Plan
from netkit.report.advice_rows import delay_us_of, scope_rows, shown
from netkit.report.headlines import Headline
from netkit.report.html.map_drawing import draw_map
from netkit.report.html.page import environment
from netkit.report.kind_words import scope_word
from netkit.report.results import LabFacts, LoopResults
from netkit.report.words.advice import inside_text, kind_text, proof_text, title_of

TEMPLATE = "advice.html.j2"


@dataclass(frozen=True, slots=True)
class RescuedPair:
    """A two-way pair as the map numbers it: what changes there, and back if that is rescued too."""

    there: Change
    back: Change | None


def advice_html(advice: Advice) -> str:
    """The text of an HTML file that opens from disk; same advice, same bytes."""
    rescued = {_ends(change): change for change in advice.changes if change.rescued}
    plans = tuple(
        pair for pair in advice.after.pairs if (pair.demand.src, pair.demand.dst) in rescued
    )
    results = LoopResults(
        advice.built, Plan(advice.after.topology, advice.profile, plans), LabFacts(ran=False)
    )
    links, sites = shown(advice)
    return (
        environment(advice.built)
        .get_template(TEMPLATE)
        .render(
            advice=advice,
            topology=advice.topology,
            headlines=tuple(_headlines(advice)),
            map=draw_map(results, _new(advice)),
            pairs=[_rescued(rescued, pair.plan.demand.src, pair.plan.demand.dst)
                   for pair in results.pairs],
            scopes=tuple(scope_rows(advice)),
            rankings=[(name, entries) for name, entries in (
                (say("Links, by pairs rescued per 1000 km of new fibre"), links),
                (say("Sites, by pairs rescued per site"), sites))
                      if entries],
            alone={entry.addition.name: len(entry.rescued) for entry in advice.ranking},
            titles={one.name: title_of(one) for one in advice.best.additions},
            kind=kind_text,
            scope_word=scope_word,
            title_of=title_of,
            delay_us_of=delay_us_of,
            inside_text=inside_text,
        )
    )  # fmt: skip


def _ends(change: Change) -> tuple[str, str]:
    return change.demand.src, change.demand.dst


def _rescued(rescued: dict[tuple[str, str], Change], src: str, dst: str) -> RescuedPair:
    return RescuedPair(rescued[src, dst], rescued.get((dst, src)))


def _new(advice: Advice) -> frozenset[str]:
    return frozenset(id_ for addition in advice.best.additions for id_ in addition.ids)


def _headlines(advice: Advice) -> Iterator[Headline]:
    *_, whole = scope_rows(advice)
    yield Headline(
        say("Pairs inside their tier"),
        f"{whole.inside_before} → {whole.inside_after}",
        say("of {pairs}, by certified lists, without and with what is built", pairs=whole.pairs),
    )
    best = advice.best
    km = sum(addition.km or 0.0 for addition in best.additions)
    count = len(best.additions)
    yield Headline(
        say("To build"), counted(count, "thing"), say("{km} km of fibre", km=f"{km:.0f}")
    )
    yield Headline(
        say("Rescued by one of them alone"),
        f"{best.covered}",
        say("by all together {count}; {proof}", count=best.together, proof=proof_text(best)),
    )
    yield Headline(
        say("Still outside"),
        f"{whole.pairs - whole.inside_after}",
        say(
            "of them {out_of_reach} out of reach of any single candidate, {beyond_light} beyond "
            "light, {other} for other limits",
            out_of_reach=advice.out_of_reach,
            beyond_light=advice.beyond_light,
            other=advice.not_for_delay,
        ),
    )
