"""The results as ``summary.json``; every field is described in ``docs/summary-json.md``."""

from __future__ import annotations

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.reason import Reason
from netkit.model.planning.tier import BASIS
from netkit.report.documents.document import Document, every_sentence, ms, rounded, sentences
from netkit.report.documents.labs.ledger import ledger_document, line_document
from netkit.report.figures import (
    DISTRIBUTION,
    Figures,
    distribution_ms,
    figures_of,
    stamp_error_ms,
)
from netkit.report.results import (
    TOLERANCE_MS,
    TOLERANCE_SHARE,
    DirectionMeasured,
    LabFacts,
    LoopResults,
    PairMeasured,
    PairResult,
    as_planned,
    planned_us,
)
from netkit.report.segments import segment_names, sid_addresses
from netkit.report.words.backups import backup_text
from netkit.report.words.doubt import doubt_lines
from netkit.report.words.reasons import reason_text

SCHEMA = "netkit/summary/1"
"""Goes up when a field changes its meaning or goes away; new fields leave it as it is."""


def build_summary(results: LoopResults) -> Document:
    """The document for one turn of the loop; what does not exist or was not measured is null."""
    topology = results.topology
    return {
        "schema": SCHEMA,
        "basis": BASIS,
        "run": {
            "netkit_version": results.run.netkit_version,
            "started": results.run.started,
            "host": results.run.host,
        },
        "topology": topology.name,
        "profile": results.plan.profile,
        "nodes": len(topology.active_nodes),
        "links": len(topology.all_links),
        "lab": _lab(results.lab),
        "figures": _figures(figures_of(results)),
        "distribution_percent": list(DISTRIBUTION),
        "ledger": ledger_document(results),
        "pairs": [_pair(pair, topology) for pair in results.pairs],
    }


def _lab(lab: LabFacts) -> Document:
    return {
        "ran": lab.ran,
        "backend": lab.backend,
        "igp": lab.igp,
        "routers": lab.routers,
        "links": lab.links,
        "boot_s": rounded(lab.boot_s),
        "clock": lab.clock,
        "skipped_because": lab.skipped_because,
        "remedy": lab.remedy,
        "not_emulated": list(lab.not_emulated),
    }


def _figures(figures: Figures) -> Document:
    return {
        "pairs": figures.pairs,
        "planned_pass": figures.planned_pass,
        "with_backup": figures.with_backup,
        "measured": figures.measured,
        "verdict": figures.verdict.value if figures.measured else None,
        "verdicts": {verdict.value: count for verdict, count in figures.verdicts.items()},
        "within_tolerance": {
            "tolerance_ms": TOLERANCE_MS,
            "tolerance_share": TOLERANCE_SHARE,
            "pairs": figures.within,
            "share": rounded(figures.within_share, 4),
        },
        "stamp_error_p50_ms": rounded(figures.stamp_error_p50_ms, 6),
        "probes": {
            "sent": figures.sent,
            "lost": figures.lost,
            "traced": figures.traced,
            "certified": figures.certified,
            "certified_share": rounded(figures.certified_share, 6),
        },
    }


def _pair(pair: PairResult, topology: Topology) -> Document:
    demand, measured = pair.plan.demand, pair.measured
    return {
        "src": demand.src,
        "dst": demand.dst,
        "tier": demand.tier or None,
        "bound_ms": ms(demand.bound_us),
        "floor_ms": ms(pair.plan.floor_us),
        **_policy(pair.plan, topology),
        "reverse": None if pair.back is None else _policy(pair.back, topology),
        "measured": None if measured is None else _measured(measured, pair),
    }


def _policy(plan: PairPlan, topology: Topology) -> Document:
    primary, backup, reason = plan.primary, plan.backup, plan.reason
    return {
        "plan_verdict": plan.verdict.value,
        "planned_owd_ms": ms(planned_us(plan)),
        "planned_best_ms": None if primary is None else ms(primary.certificate.best_us),
        "segment_list": None if primary is None else sid_addresses(primary, topology),
        "segment_names": None if primary is None else segment_names(primary, topology),
        "backup": None
        if backup is None
        else {
            "planned_owd_ms": ms(backup.certificate.guaranteed_us),
            "segment_list": sid_addresses(backup, topology),
            "segment_names": segment_names(backup, topology),
        },
        **sentences("backup_reason", plan.backup_reason, backup_text),
        "reason": None if reason is None else _reason(reason),
    }


def _reason(reason: Reason) -> Document:
    words = sentences("text", reason, lambda why: reason_text(why.evidence))
    return {"cause": reason.cause.value, **words}


def _measured(measured: PairMeasured, pair: PairResult) -> Document:
    return {
        "forward": _direction(measured.forward, pair.plan),
        "backward": _direction(measured.backward, pair.back),
        "uncertainty_ms": rounded(measured.uncertainty_ms, 6),
        "attempts": measured.attempts,
        "verdict": measured.verdict.value,
        "path_proven": measured.path_proven,
        "doubts": every_sentence(lambda: doubt_lines(pair)),
    }


def _direction(way: DirectionMeasured, plan: PairPlan | None) -> Document:
    spread = distribution_ms(way)
    return {
        "planned_owd_ms": ms(planned_us(plan)),
        "sent": way.sent,
        "lost": way.lost,
        "min_ms": rounded(way.min_ms),
        "p50_ms": rounded(way.p50_ms),
        "p99_ms": rounded(way.p99_ms),
        "truth_p50_ms": rounded(way.truth_p50_ms),
        "branch_ms": rounded(way.branch_ms),
        "judged_least_ms": rounded(way.judged_least_ms),
        "judged_most_ms": rounded(way.judged_most_ms),
        "stamp_error_p50_ms": rounded(stamp_error_ms([way]), 6),
        "distribution_ms": None if spread is None else [rounded(delay) for delay in spread],
        "within_tolerance": as_planned(way, plan),
        "traced": way.traced,
        "certified": way.certified,
        "ledger": line_document(way.ledger),
    }
