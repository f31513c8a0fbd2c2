"""What a plan comes to, in the last lines: of each bound how many keep it, and how closely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.language.words import counted, say
from netkit.model.planning.plan import PairPlan
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.results import planned_us
from netkit.report.terminal.plan import left_out, tally
from netkit.report.words.text import visible
from netkit.report.words.units import bound_text, ms_text, percent_text

MOST_BOUNDS = 4
"""On a screen: a line for each, of which a narrow one makes two, and the answer behind them."""


def plan_answer(pairs: Sequence[PairPlan], limit: int | None = None) -> RenderableType:
    """A line for each bound, the strictest first, and how many pairs there are of each verdict.

    Demands may have a bound each: of more than ``limit`` those are shown that are kept least.
    """
    asked: dict[int, list[PairPlan]] = {}
    for pair in pairs:
        asked.setdefault(pair.demand.bound_us, []).append(pair)
    least = sorted(asked, key=lambda bound_us: (_share(asked[bound_us]), bound_us))
    shown = sorted(least[:limit])
    return Group(
        *(_line(bound_us, asked[bound_us]) for bound_us in shown),
        *left_out(len(asked) - len(shown), "more bound"),
        tally(pair.verdict for pair in pairs),
    )


def _kept(asked: Sequence[PairPlan]) -> list[PairPlan]:
    return [pair for pair in asked if pair.verdict is Verdict.PASS]


def _share(asked: Sequence[PairPlan]) -> float:
    return len(_kept(asked)) / len(asked)


def _line(bound_us: int, asked: Sequence[PairPlan]) -> Text:
    kept = _kept(asked)
    share = percent_text(_share(asked))
    bound = bound_text(us_to_ms(bound_us))
    line = Text(
        say("{bound} ms: kept by {kept} of {pairs}, {share}",
            bound=bound, kept=len(kept), pairs=counted(len(asked), "pair"), share=share)
    )  # fmt: skip
    for closest in _closest(kept):
        line.append(say("; closest {pair}", pair=visible(closest)), "dim")
    return line


def _closest(kept: Sequence[PairPlan]) -> Iterator[str]:
    """The pair with the least left of its bound, and its planned delay."""
    planned = [(us, pair.demand) for pair in kept if (us := planned_us(pair)) is not None]
    if planned:
        most_us, demand = max(planned, key=lambda one: one[0])
        yield f"{demand.src} → {demand.dst}{say(', ')}{ms_text(us_to_ms(most_us))} ms"
