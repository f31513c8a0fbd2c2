"""The ledger of a run as JSON; every field is described in ``docs/summary-json.md``."""

from __future__ import annotations

from netkit.report.documents.document import Document, rounded
from netkit.report.ledger_line import LedgerFinding, LedgerLine
from netkit.report.results import LoopResults


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
    }


def _finding(one: LedgerFinding) -> Document:
    return {
        "cause": one.cause.value,
        "probes": one.probes,
        "link": one.link,
        "headend": one.headend,
        "by_us": rounded(one.by_us),
    }
