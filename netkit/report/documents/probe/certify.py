"""What ``netkit probe certify`` found, as JSON: docs/clocks.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from netkit.model.planning.tier import BASIS
from netkit.report.documents.document import Document

if TYPE_CHECKING:
    from netkit.stats.clocks.certify import CertifiedMesh
    from netkit.stats.clocks.clock_bounds import CertifiedDelay, Contradiction, OneWay

SCHEMA = "netkit/certify/1"


def certified_to_json(mesh: CertifiedMesh, drift_ppm: float) -> Document:
    """Each direction with what it certainly takes; what nothing bounds is null."""
    return {
        "schema": SCHEMA,
        "basis": BASIS,
        "verdict": mesh.verdict,
        "drift_ppm": drift_ppm,
        "contradiction": None if mesh.contradiction is None else _broken(mesh.contradiction),
        "doubts": [
            {"src": one.src, "dst": one.dst, "cause": one.cause, "jump_ns": one.jump_ns}
            for one in mesh.doubts
        ],
        "ways": [_way(one.way, one.certified) for one in mesh.ways],
        "silent": [{"src": src, "dst": dst} for src, dst in mesh.silent],
    }


def _broken(found: Contradiction) -> Document:
    return {
        "shortfall_ns": found.shortfall_ns,
        "cycle": [
            {"src": step.src, "dst": step.dst, "slack_ns": step.slack_ns} for step in found.steps
        ],
    }


def _way(way: OneWay, found: CertifiedDelay) -> Document:
    return {
        "src": way.src,
        "dst": way.dst,
        "count": way.count,
        "floor_ns": way.floor_ns,
        "measured_min_ns": way.min_ns,
        "measured_ns": way.figure_ns,
        "certain": found.delay and asdict(found.delay),
        "bound_ns": found.bound_ns,
        "verdict": found.verdict,
    }
