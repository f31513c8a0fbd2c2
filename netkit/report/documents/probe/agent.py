"""What an agent has done, as JSON."""

from __future__ import annotations

from netkit.probe.run.agent.agent import AgentEnd
from netkit.report.documents.document import Document

SCHEMA = "netkit/agent/1"


def agent_to_json(done: AgentEnd) -> Document:
    """Its probes, its windows, and what it has ignored, refused and answered."""
    return {
        "schema": SCHEMA,
        "probes": done.probes,
        "windows": {
            "stored": done.written,
            "there_before": done.there_before,
            "lost": done.lost,
            "left": done.left,
        },
        "counters": dict(done.counters),
    }
