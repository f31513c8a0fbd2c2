"""The one sentence that a reader sees first, and the figures of each tier."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from netkit.language.words import say
from netkit.model.planning.survival import Phase
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.html.pages.built import named
from netkit.report.html.pages.pairs import Pair, Way, microseconds
from netkit.report.html.pages.sources import Plain, Sources
from netkit.report.html.pages.texts import text
from netkit.report.words.text import bounds_words, visible
from netkit.report.words.units import bound_text, percent_text


def way_used_us(way: Way) -> int | None:
    """What the bound is held against: the most the verdict rests on, p99 without that, else the
    planned delay, else the least that any path takes; None where there is none of these."""
    if way.measured is not None:
        for field in ("judged_most_ms", "p99_ms"):
            if way.measured.get(field) is not None:
                return microseconds(way.measured[field])
    planned_ms = way.planned("guaranteed_ms", "planned_owd_ms")
    if planned_ms is None and way.plan is not None and way.plan["reason"] is not None:
        planned_ms = way.plan["reason"]["best_ms"]
    return microseconds(planned_ms)


def share_used(pair: Pair) -> float | None:
    """The share of its bound that the worse direction uses; None where one is not known."""
    used = [way_used_us(way) for way in pair.ways]
    known = [delay_us for delay_us in used if delay_us is not None]
    if pair.bound_us is None or len(known) < len(used):
        return None
    return max(known) / pair.bound_us


def sentence(pairs: Sequence[Pair], sources: Sources) -> str:
    """What is kept, where it is worst, and what would help most."""
    if not pairs:
        return _sentence(_of_others(sources) or [text("nothing_read")])
    kept = sum(pair.verdict is Verdict.PASS for pair in pairs)
    share = percent_text(kept / len(pairs)).replace(" ", "\u00a0")
    first = text("kept" if kept < len(pairs) else "kept_all" if kept > 1 else "kept_one")
    parts = [first.format(share=share, pairs=f"{len(pairs):,}"), *_worst(pairs)]
    lacking = sum(any(_listless(way) for way in pair.ways) for pair in pairs)
    parts += [_clause("without_list", count=lacking)] if lacking else []
    doubt = sum(pair.verdict in (Verdict.INCONCLUSIVE, Verdict.UNKNOWN) for pair in pairs)
    parts += [_clause("doubt", count=doubt)] if doubt else []
    parts += _by_plan(pairs, sources) + _over_time(sources.history)
    told = _sentence([*parts, *_next(sources.advice)])
    drilled = _drilled(sources.drill)
    return text("both_sentences").format(first=_sentence(drilled), then=told) if drilled else told


def _sentence(clauses: Sequence[str]) -> str:
    return text("clauses").join(clauses) + text("stop")


def _of_others(sources: Sources) -> list[str]:
    """A clause of each document, where there is neither a plan nor a measurement of pairs."""
    clauses = []
    if (survival := sources.survival) is not None:
        kept = survival["pairs_kept"]["any"][Phase.RECONVERGED.value]
        clauses.append(_clause("survived", kept=kept, pairs=len(survival["pairs"])))
    if (advice := sources.advice) is not None:
        *_, whole = advice["scopes"]
        clauses += [
            _clause(
                "advised",
                before=whole["inside_before"],
                after=whole["inside_after"],
                pairs=whole["pairs"],
            ),
            *_next(advice),
        ]
    if (detour := sources.detour) is not None:
        kept = sum(one["verdict"] == Verdict.PASS.value for one in detour["pairs"])
        clauses.append(_clause("detoured", kept=kept, pairs=len(detour["pairs"])))
    if (place := sources.place) is not None:
        near = sum(one["nearest"]["site"] is not None for one in place["cities"])
        clauses.append(_clause("placed", near=near, cities=len(place["cities"])))
    if (pairing := sources.pairing) is not None:
        clauses.append(
            _clause("paired", placed=len(pairing["pairs"]), without=len(pairing["unplaced"]))
        )
    clauses += _drilled(sources.drill)
    if sources.over_time is not None:
        clauses.append(text("nothing_measured"))
    return clauses + _over_time(sources.history)


def _over_time(history: Plain) -> list[str]:
    """How much of a history there is, and what broke its bound."""
    if history is None:
        return []
    broken = sum(one["verdict"] == Verdict.BREACH.value for one in history["rows"])
    return [_clause("told", rows=len(history["rows"]), broken=broken)]


def _by_plan(pairs: Sequence[Pair], sources: Sources) -> list[str]:
    """Beside what a store has measured: how many pairs have no more than their plan."""
    unmeasured = sum(pair.measured is None for pair in pairs)
    if sources.over_time is None or not unmeasured:
        return []
    return [_clause("by_plan", count=unmeasured)]


def _drilled(drill: Plain) -> list[str]:
    """Whether packets bear out the plan, and how long who was without service."""
    if drill is None:
        return []
    ways = drill["directions"]
    hit = [one for one in ways if one["hit"]]
    outages = [outage["length_ms"] for one in hit for outage in one["outages"]]
    longest = max((length for length in outages if length is not None), default=0.0)
    first = "drill_borne" if drill["verdict"] == Verdict.PASS.value else "drill_refuted"
    if drill["verdict"] == Verdict.UNKNOWN.value:
        first = "drill_open"
    return [
        text(first).format(name=visible(drill["name"])),
        _clause("drill_hit", hit=len(hit), directions=len(ways),
                lost=sum(one["lost"] for one in hit)),
        text("outage_ever") if None in outages else _clause("outage_longest", ms=round(longest)),
    ]  # fmt: skip


def _clause(name: str, **figures: int) -> str:
    return text(name).format(**{key: f"{value:,}" for key, value in figures.items()})


def _listless(way: Way) -> bool:
    return way.verdict is not None and way.planned("guaranteed_ms", "planned_owd_ms") is None


def _worst(pairs: Sequence[Pair]) -> list[str]:
    known = [(share, pair, pair.bound_us) for pair in pairs
             if pair.bound_us is not None and (share := share_used(pair)) is not None]  # fmt: skip
    if not known:
        return []
    # What was found over its bound is worse than what uses more of it on the whole.
    share, pair, bound_us = max(known, key=lambda one: (one[1].verdict is Verdict.BREACH, one[0]))
    broke = pair.verdict is Verdict.BREACH and share <= 1
    return [
        text("worst_broke" if broke else "worst").format(
            src=visible(pair.there.src), dst=visible(pair.there.dst),
            used=_used_text(share), bound=bound_text(us_to_ms(bound_us)),
        )
    ]  # fmt: skip


def bound_notes(sources: Sources) -> list[str]:
    """Each document whose verdicts are about other bounds than those of the first."""
    told = [one for one in sources.given if isinstance(one.get("profile"), str)]
    return [
        say("{document} is of {bounds}, {first} of {others}: verdicts are about different bounds",
            document=one["schema"], bounds=visible(bounds_words(one["profile"])),
            first=told[0]["schema"], others=visible(bounds_words(told[0]["profile"])))
        for one in told[1:] if one["profile"] != told[0]["profile"]
    ]  # fmt: skip


def _used_text(share: float) -> str:
    """Whole percent; what is over its bound, and what is within it, is not rounded onto it.

    >>> [_used_text(share) for share in (0.93, 0.9999, 1.0, 1.001, 1.2)]
    ['93\xa0%', '99.9\xa0%', '100\xa0%', '100.1\xa0%', '120\xa0%']
    """
    shown = f"{100 * share:.0f}"
    if shown == "100" and share != 1:
        shown = f"{max(100 * share, 100.1):.1f}" if share > 1 else f"{min(100 * share, 99.9):.1f}"
    return f"{shown}\u00a0%"


def _next(advice: Plain) -> list[str]:
    if advice is None:
        return []
    ranked = [*advice["links"], *advice["sites"]]
    if not ranked:
        return []
    best = max(ranked, key=lambda one: one["certified"])
    return [text("best_next").format(what=visible(named(best)), count=best["certified"])]


def tier_rows(pairs: Sequence[Pair]) -> list[list[object]]:
    """Of each tier and bound, tightest first: how many pairs, and how well they keep it."""
    tiers = sorted({(pair.bound_us, pair.tier or "") for pair in pairs},
                   key=lambda one: (one[0] is None, one))  # fmt: skip
    return [_tier_row(bound_us, tier, [pair for pair in pairs
                                       if (pair.bound_us, pair.tier or "") == (bound_us, tier)])
            for bound_us, tier in tiers]  # fmt: skip


def _tier_row(bound_us: int | None, tier: str, members: Sequence[Pair]) -> list[object]:
    shares = [share for pair in members if (share := share_used(pair)) is not None]
    count = {verdict: sum(pair.verdict is verdict for pair in members) for verdict in Verdict}
    return [
        tier or None, None if bound_us is None else us_to_ms(bound_us), len(members),
        count[Verdict.PASS], count[Verdict.BREACH],
        count[Verdict.INCONCLUSIVE] + count[Verdict.UNKNOWN],
        sum(pair.measured is not None for pair in members),
        round(median(shares), 4) if shares else None, round(max(shares), 4) if shares else None,
    ]  # fmt: skip
