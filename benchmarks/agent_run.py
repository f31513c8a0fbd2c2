"""An agent with many peers, and what it cost. ``… PREFIX PEERS INTERVAL_NS SECONDS``"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.stamp_reflect import PORT, cpu_seconds
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.measurement.window import WindowSelection
from netkit.probe.run.agent.agent import AgentOptions, run_agent
from netkit.probe.run.agent.plan import agent_plan
from netkit.stats.windows.counts import merged_counts, sketch_of
from netkit.store.windows.store import open_store
from netkit.workflows.agents.store import AgentStore


def campaign(prefix: str, peers: int, interval_ns: int) -> FieldCampaign:
    """One site that probes ``peers`` others, which are addresses behind one prefix."""
    others = [Site(f"p{n}", (f"{prefix}{n:x}",), port=PORT) for n in range(1, peers + 1)]
    flows = tuple(CampaignFlow("be", "a", site.name, interval_ns) for site in others)
    here = Site("a", ("::1",), port=PORT)
    return FieldCampaign("bench", (here, *others), flows)


def main() -> None:
    """Run for so many seconds into a new SQLite file, then say what its windows tell."""
    prefix, peers, interval_ns, seconds = sys.argv[1], *map(int, sys.argv[2:5])
    plan = agent_plan([campaign(prefix, peers, interval_ns)], "a")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'windows.sqlite'}")
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()
        before_s, started_s = cpu_seconds(), time.monotonic()
        options = AgentOptions(user=None, reflects=False)
        end = run_agent(plan, lambda: AgentStore(store, None), lambda: plan, options)
        cpu_s, took_s = cpu_seconds() - before_s, time.monotonic() - started_s
        windows = list(store.windows(WindowSelection()))
    ended: Counter[str] = Counter()
    for window in windows:
        ended.update({str(outcome): count for outcome, count in window.outcomes.items()})
    told: dict[str, object] = {
        "cpu_s": cpu_s,
        "seconds": took_s,
        "cores": cpu_s / took_s,
        "outcomes": ended,
    }
    for way in ("forward", "backward"):
        counts = merged_counts(getattr(window, way).delay for window in windows)
        sketch = None if counts is None else sketch_of(counts)
        told[f"{way}_p50_us"], told[f"{way}_p99_us"] = (
            None if sketch is None else (sketch.percentile(percent) or 0) / 1000
            for percent in (50, 99)
        )
    notes: Counter[str] = Counter()
    for window in windows:
        notes.update(window.notes)
    told |= {"probes": end.probes, "windows": len(windows), "written": end.written, "notes": notes}
    told |= {"counters": end.counters, "dropped_here": sum(w.dropped_here for w in windows)}
    told["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))


if __name__ == "__main__":
    main()
