"""What a run of the lab says of itself: its figures, what it did not do, its ledger."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.language.words import say
from netkit.model.verdict import Verdict
from netkit.report.figures import Figures
from netkit.report.headlines import headlines
from netkit.report.html.pages.pairs import microseconds
from netkit.report.html.pages.sources import Plain
from netkit.report.html.pages.texts import sentence_of
from netkit.report.results import LabFacts
from netkit.report.words.doubt import ledger_state, ledger_word, truth_word
from netkit.report.words.text import visible

Ways = Iterator[tuple[str, str, Plain]]


def run_notes(summary: Plain) -> list[str]:
    """What a reader has to know of the run before any figure of it."""
    if summary is None:
        return []
    lab = summary["lab"]
    told = [] if lab["ran"] else list(_unrun(lab))
    told += [say("Clock: {clock}.", clock=visible(lab["clock"]))] if lab["clock"] else []
    return told + [say("Not emulated: {what}", what=visible(one)) for one in lab["not_emulated"]]


def _unrun(lab: Plain) -> Iterator[str]:
    why = visible(lab["skipped_because"] or say("No reason was given."))
    told = say("The lab did not run: this report shows the plan only")
    yield say("{what}: {why}", what=told, why=why)
    if lab["remedy"]:
        yield say("To have it measured: ") + visible(lab["remedy"])


def spread_axis(summary: Plain) -> dict[str, object] | None:
    """At which shares of probes the columns of distributions stand, and how far a median may be
    from its plan to be as planned (µs, and as a share); None where nothing was measured."""
    if summary is None or "distribution_percent" not in summary:
        return None
    within = summary["figures"]["within_tolerance"]
    return {
        "percent": summary["distribution_percent"],
        "tolerance": [microseconds(within["tolerance_ms"]), within["tolerance_share"]],
    }


def figure_rows(summary: Plain) -> list[list[object]]:
    """Label, value, note, and the verdict where there is a target."""
    found, lab = summary["figures"], summary["lab"]
    lines = headlines(_figures(found), _facts(lab)) if lab["ran"] else ()
    met = {None: None, True: Verdict.PASS.value, False: Verdict.BREACH.value}
    return [[line.label, line.value, line.note, met[line.met]] for line in lines]


def _facts(lab: Plain) -> LabFacts:
    return LabFacts(
        lab["ran"], lab["backend"], lab["routers"], lab["links"], lab["boot_s"], lab["clock"],
        igp=lab["igp"],
    )  # fmt: skip


def _figures(found: Plain) -> Figures:
    within, probes = found["within_tolerance"], found["probes"]
    verdicts = {verdict: found["verdicts"][verdict.value] for verdict in Verdict}
    return Figures(
        found["pairs"], found["planned_pass"], found["with_backup"], found["measured"],
        within["pairs"], within["share"], probes["sent"], probes["lost"],
        found["stamp_error_p50_ms"], probes["traced"], probes["certified"],
        probes["certified_share"], verdicts, Verdict(found["verdict"] or Verdict.UNKNOWN),
    )  # fmt: skip


def ledger_rows(summary: Plain) -> list[list[object]]:
    """Each direction: the five figures of its ledger, and what was found of them; those with
    something found first."""
    rows = [
        [
            f"{src} → {dst}", *_found(line), line["planned_ms"], line["certified_ms"],
            line["true_ms"], line["measured_ms"], line["clock_uncertainty_ms"],
            say("{part} of {all}", part=line["stalled"], all=line["probes"]),
        ]
        for src, dst, line in _ledgers(summary)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row[2] is None)


def certain_rows(summary: Plain) -> list[list[object]]:
    """Where hosts had clocks of their own: what is certain of each direction, and what is true."""
    return [
        [f"{src} → {dst}", line["measured_ms"], one["low_ms"], one["high_ms"], one["true_ms"],
         truth_word(one["contains_truth"]), one["verdict"]]
        for src, dst, line in _ledgers(summary) if (one := line["certain"]) is not None
    ]  # fmt: skip


def doubt_rows(summary: Plain) -> list[list[object]]:
    """Why pairs are not decided."""
    return [
        [f"{pair['src']} ⇄ {pair['dst']}", sentence_of(one, "text")]
        for pair in summary["pairs"] if pair["measured"] is not None
        for one in pair["measured"].get("doubts", ())
    ]  # fmt: skip


def _ledgers(summary: Plain) -> Ways:
    for pair in summary["pairs"]:
        seen = pair["measured"]
        ends = (pair["src"], pair["dst"])
        if seen is not None and seen["forward"]["ledger"] is not None:
            yield *ends, seen["forward"]["ledger"]
        if seen is not None and seen["backward"]["ledger"] is not None:
            yield *ends[::-1], seen["backward"]["ledger"]


def _found(line: Plain) -> tuple[str, str | None]:
    against, doubtful = line["contradictions"], line["inconclusive"]
    state = ledger_state(contradicted=bool(against), inconclusive=bool(doubtful))
    told = say("; ").join(str(sentence_of(one, "text") or one["cause"]) for one in
                          (*against, *doubtful))  # fmt: skip
    return ledger_word(state), told or None
