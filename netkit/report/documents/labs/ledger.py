"""The ledger of a run as JSON; every field is described in ``docs/summary-json.md``."""

from __future__ import annotations

from netkit.model.verdict import Verdict
from netkit.report.documents.document import Document, rounded, sentences
from netkit.report.ledger_line import CertainDelay, LedgerFinding, LedgerLine
from netkit.report.results import LoopResults
from netkit.report.words.doubt import finding_text


def ledger_document(results: LoopResults) -> Document | None:
    """The figures of the whole; None where nothing was measured."""
    lines = results.ledger.values()
    if not lines:
        return None
    return {
        "directions": len(lines),
        "contradicted": sum(bool(line.contradictions) for line in lines),
        "inconclusive": sum(bool(line.inconclusive) for line in lines),
        "probes": sum(line.probes for line in lines),
        "stalled": sum(line.stalled for line in lines),
        "certain": _certain_of_all([line.certain for line in lines if line.certain is not None]),
    }


def _certain_of_all(found: list[CertainDelay]) -> Document | None:
    """How many intervals there are, and how many of them are right; None on one clock."""
    if not found:
        return None
    return {
        "intervals": sum(one.known for one in found),
        "with_the_truth": sum(one.contains_truth is True for one in found),
        "without_the_truth": sum(one.contains_truth is False for one in found),
        "verdicts": {
            verdict.value: sum(one.verdict is verdict for one in found) for verdict in Verdict
        },
    }


def line_document(line: LedgerLine | None) -> Document | None:
    """One direction."""
    if line is None:
        return None
    return {
        "planned_ms": rounded(line.planned_ms),
        "certified_ms": rounded(line.certified_ms),
        "true_ms": rounded(line.true_ms),
        "measured_ms": rounded(line.measured_ms),
        "clock_uncertainty_ms": rounded(line.clock_uncertainty_ms),
        "probes": line.probes,
        "stalled": line.stalled,
        "contradictions": [_finding(one) for one in line.contradictions],
        "inconclusive": [_finding(one) for one in line.inconclusive],
        "certain": None if line.certain is None else _certain(line.certain),
    }


def _certain(one: CertainDelay) -> Document:
    return {
        "known": one.known,
        "low_ms": rounded(one.low_ms, 6),
        "high_ms": rounded(one.high_ms, 6),
        "true_ms": rounded(one.true_ms, 6),
        "contains_truth": one.contains_truth,
        "verdict": one.verdict.value,
    }


def _finding(one: LedgerFinding) -> Document:
    return {
        "cause": one.cause.value,
        "probes": one.probes,
        "link": one.link,
        "headend": one.headend,
        "by_us": rounded(one.by_us),
        **sentences("text", one, finding_text),
    }
