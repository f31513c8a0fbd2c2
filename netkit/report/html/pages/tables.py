"""The tables of the documents that are not about a plan's pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from netkit.model.drills.scenario import DrillPhase
from netkit.model.planning.addition import AdditionKind
from netkit.model.planning.survival import FailureKind, Phase
from netkit.model.verdict import Verdict
from netkit.report.drill_words import phase_word
from netkit.report.html.pages.built import named
from netkit.report.html.pages.headline import tier_rows
from netkit.report.html.pages.measured import (
    certain_rows,
    doubt_rows,
    figure_rows,
    ledger_rows,
)
from netkit.report.html.pages.pairs import Pair
from netkit.report.html.pages.sources import Plain, Sources
from netkit.report.html.pages.texts import sentence_of
from netkit.report.kind_words import failure_word, scope_word
from netkit.report.place_words import place_text
from netkit.report.words.advice import kind_text
from netkit.report.words.units import MISSING, ms_text

Row = Sequence[object]
Table = dict[str, object]
"""``title`` and ``heads`` are names of texts; ``kinds`` say of each column ``text``, ``number``,
``delay`` (ms), ``share`` or ``verdict``."""


MOST_ROWS = 2000
"""No table has more: what is beyond stands in its document, and the page stays small."""


def all_tables(sources: Sources, pairs: Sequence[Pair]) -> list[Table]:
    """In the order they are shown: those that say what would help before those of detail; none
    without rows."""
    tables: list[Table] = []
    if pairs:
        tables.append(_table("tiers", _TIER_HEADS, tier_rows(pairs)))
    if sources.over_time is not None:
        tables += _alarms(sources.over_time)
    for document, make in (
        (sources.summary, _run), (sources.advice, _advice), (sources.survival, _survival),
        (sources.detour, _detours), (sources.place, _places), (sources.pairing, _pairings),
        (sources.drill, _drill),
    ):  # fmt: skip
        tables += [] if document is None else make(document)
    return [table for table in tables if table["rows"]]


_TIER_HEADS = {
    "tier": "text", "bound": "number", "pairs": "number", "kept_short": "number",
    "broken": "number", "doubtful": "number", "measured": "number", "median_used": "share",
    "most_used": "share",
}  # fmt: skip


def _table(
    title: str, heads: Mapping[str, str], rows: Sequence[Row], *, hint: str | None = None
) -> Table:
    """A column that says nothing in any row is left out; ``hint`` is the name of a text that says
    how to read it."""
    told = [place for place in range(len(heads)) if any(row[place] is not None for row in rows)]
    keys, kinds = list(heads), list(heads.values())
    return {
        "title": title,
        "hint": hint,
        "more": len(rows) - len(rows[:MOST_ROWS]),
        "heads": [keys[place] for place in told],
        "kinds": [kinds[place] for place in told],
        "rows": [[row[place] for place in told] for row in rows[:MOST_ROWS]],
    }


def _run(document: Plain) -> list[Table]:
    """What the lab showed of the whole, what it leaves in doubt, and its ledger."""
    figures = {"figure": "text", "value": "text", "target": "verdict", "meaning": "text"}
    ledger = {
        "direction": "text", "ledger": "text", "findings": "text", "planned": "delay",
        "worst_certified": "delay", "true": "delay", "worst_measured": "delay",
        "clock": "delay", "stalled": "text",
    }  # fmt: skip
    certain = {
        "direction": "text", "worst_measured": "delay", "certain_from": "delay",
        "certain_to": "delay", "true": "delay", "holds_truth": "text", "verdict": "verdict",
    }  # fmt: skip
    told = [[label, value, met, note] for label, value, note, met in figure_rows(document)]
    return [
        _table("loop", figures, told),
        _table("doubts", {"pair": "text", "reason": "text"}, doubt_rows(document)),
        _table("ledger", ledger, ledger_rows(document), hint="ledger_hint"),
        _table("certain", certain, certain_rows(document), hint="certain_hint"),
    ]


def _picked(documents: Sequence[Plain], *fields: str | Callable[[Plain], object]) -> list[Row]:
    return [[one.get(field) if isinstance(field, str) else field(one) for field in fields]
            for one in documents]  # fmt: skip


def _alarms(document: Plain) -> list[Table]:
    """Those that are still raised."""
    heads = {"since": "text", "pair": "text", "flow": "text", "rule": "text", "acked_by": "text"}
    raised = [one for one in document["events"] if one["what"] == "alarm" and one["until"] is None]
    rows = _picked(raised, "since", lambda one: f"{one['src']} → {one['dst']}", "flow", "rule",
                   "acked_by")  # fmt: skip
    return [_table("alarms", heads, rows)]


def _advice(document: Plain) -> list[Table]:
    thing = {"what": "text", "kind": "text", "km": "number"}
    rescued = [
        one
        for one in document["pairs"]
        if one["verdict_before"] != Verdict.PASS and one["verdict_after"] == Verdict.PASS
    ]
    names = {one["name"]: named(one) for one in document["set"]["additions"]}
    ranked = sorted([*document["links"], *document["sites"]], key=lambda one: -one["certified"])
    return [
        _table("advice", {**thing, "delay": "number"},
               _picked(document["set"]["additions"], named, _kind, "km", "delay_ms")),
        _table("scopes", {"scope": "text", "pairs": "number", "inside_before": "number",
                          "inside_after": "number", "worst_before": "number",
                          "worst_after": "number"},
               _picked(document["scopes"], _scope, "pairs", "inside_before", "inside_after",
                       "worst_before_ms", "worst_after_ms")),
        _table("advice_ranking", {**thing, "rescued": "number", "certified": "number"},
               _picked(ranked, named, _kind, "km", "rescued", "certified")),
        _table("advice_pairs", {"pair": "text", "bound": "number", "best": "number",
                                "guaranteed": "number", "built_over": "text"},
               _picked(rescued, lambda one: f"{one['src']} → {one['dst']}", "bound_ms",
                       "best_before_ms", "guaranteed_after_ms",
                       lambda one: ", ".join(names.get(use, use) for use in one["uses"]))),
    ]  # fmt: skip


def _scope(document: Plain) -> str:
    return scope_word(document["scope"])


def _kind(document: Plain) -> str:
    return kind_text(AdditionKind(document["kind"]))


def _survival(document: Plain) -> list[Table]:
    broken = {f"phase_{phase.value}": "number" for phase in Phase}
    rows = [
        [
            failure_word(FailureKind(one["kind"])),
            one["name"],
            *(one["pairs_broken"][phase.value] for phase in Phase),
        ]
        for one in document["offenders"]
    ]  # fmt: skip
    return [_table("offenders", {"kind": "text", "name": "text", **broken}, rows)]


def _detours(document: Plain) -> list[Table]:
    heads = {
        "pair": "text", "scope": "text", "bound": "number", "verdict": "verdict",
        "floor": "number", "best": "number", "ratio": "number", "guaranteed": "number",
        "fix": "text",
    }  # fmt: skip
    rows = _picked(
        document["pairs"], lambda one: f"{one['src']} → {one['dst']}", _scope, "bound_ms",
        "verdict", "floor_ms", "best_ms", "ratio", "guaranteed_ms",
        lambda one: None if one["fix"] is None else one["fix"]["name"],
    )  # fmt: skip
    return [_table("detours", heads, rows)]


def _places(document: Plain) -> list[Table]:
    heads = {
        "city": "text", "site": "text", "delay": "number", "distance": "number",
        "verdict": "verdict", "reason": "text",
    }  # fmt: skip
    rows = [
        [place_text(one["name"]), one["nearest"]["site"], one["nearest"]["delay_ms"],
         one["nearest"]["distance_km"], one["verdict"],
         None if one["reason"] is None else sentence_of(one["reason"], "text")]
        for one in document["cities"]
    ]  # fmt: skip
    return [_table("placement", heads, rows)]


def _pairings(document: Plain) -> list[Table]:
    placed = {
        "name": "text", "city": "text", "class": "text", "amount": "number", "site": "text",
        "delay": "number", "bound": "number", "margin": "number",
    }  # fmt: skip
    lacking = {"name": "text", "city": "text", "class": "text", "amount": "number",
               "reason": "text"}  # fmt: skip
    return [
        _table("pairing", placed,
               _picked(document["pairs"], "demand", "city", "class", "amount", "site", "delay_ms",
                       "bound_ms", "margin_ms")),
        _table("unplaced", lacking,
               _picked(document["unplaced"], "demand", "city", "class", "amount",
                       lambda one: sentence_of(one["reason"], "text"))),
    ]  # fmt: skip


def _drill(document: Plain) -> list[Table]:
    """Every direction in every phase: what was measured, and what the plan certifies of it; and
    what clocks made of it."""
    heads = {
        "pair": "text", "phase": "text", "verdict": "verdict", "bound": "number",
        "worst_measured": "delay", "worst_certified": "delay", "lost": "number",
        "event": "text", "outage": "number",
    }  # fmt: skip
    rows = [
        [f"{one['src']} → {one['dst']}", phase_word(DrillPhase(phase["phase"])), phase["verdict"],
         one["bound_ms"],
         phase["measured_ms"], None if phase["certified"] is None
         else phase["certified"]["worst_ms"], phase["lost"], phase["event"],
         max((outage["length_ms"] for outage in one["outages"]
              if outage["length_ms"] is not None), default=None)]
        for one in document["directions"] for phase in one["phases"]
    ]  # fmt: skip
    clocks = [] if document["clocks"] is None else document["clocks"]["directions"]
    read = {"direction": "text", "phase": "text", "worst_measured": "text", "true": "text",
            "certain_p99": "text"}  # fmt: skip
    seen = [
        [f"{one['src']} → {one['dst']}", phase_word(DrillPhase(one["phase"])),
         *(_span(one[field]) for field in ("measured", "true", "certain"))]
        for one in clocks
    ]  # fmt: skip
    return [_table("drill", heads, rows), _table("clocked", read, seen)]


def _span(span: Plain) -> str:
    """From the least to the most, in ms."""
    if span is None:
        return MISSING
    return "–".join(ms_text(span[end]) for end in ("low_ms", "high_ms"))
