"""One end of a pair of agents, and what it cost. ``… SITE FLOWS INTERVAL_NS SECONDS FOLDER``"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.stamp_reflect import PORT, cpu_seconds
from benchmarks.veth import LEFT_ADDRESS, RIGHT_ADDRESS
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.measurement.window import DISPUTED, Window, WindowSelection
from netkit.probe.run.agent.agent import AgentOptions, run_agent
from netkit.probe.run.agent.plan import agent_plan
from netkit.stats.windows.joined import joined_sessions
from netkit.store.windows.store import open_store
from netkit.workflows.agents.store import AgentStore

SENDER, REFLECTOR = "a", "b"


def campaign(flows: int, interval_ns: int) -> FieldCampaign:
    """So many flows from one site to one other."""
    sites = (Site(SENDER, (LEFT_ADDRESS,), port=PORT), Site(REFLECTOR, (RIGHT_ADDRESS,), port=PORT))
    every = (CampaignFlow(f"f{n}", SENDER, REFLECTOR, interval_ns) for n in range(flows))
    return FieldCampaign("both", sites, tuple(every), window_ns=10**10)


def store_of(folder: str, site: str) -> str:
    """The URL of a site's store."""
    return f"sqlite:///{Path(folder) / site}.sqlite"


def compared(folder: str) -> dict[str, int]:
    """What both stores say together of windows that are whole at both ends."""
    ends = {site: _windows(store_of(folder, site)) for site in (SENDER, REFLECTOR)}
    whole = {one.key.start_ns for one in ends[REFLECTOR] if not one.incomplete}
    joined = [one for one in joined_sessions([*ends[SENDER], *ends[REFLECTOR]])
              if one.key.observer == SENDER and not one.incomplete
              and one.key.start_ns in whole]  # fmt: skip
    return {
        "joined_windows": len(joined),
        "sent": _sum(one.forward.sent for one in joined),
        "received": _sum(one.forward.received for one in joined),
        "lost_out": _sum(one.forward.lost for one in joined),
        "lost_back": _sum(one.backward.lost for one in joined),
        "dropped_here": sum(one.dropped_here for one in joined),
        "disputed": sum(DISPUTED in one.notes for one in joined),
    }


def _windows(url: str) -> list[Window]:
    with open_store(url) as store:
        return list(store.windows(WindowSelection(), ipdv=False))


def _sum(counts: Iterable[int | None]) -> int:
    return sum(count or 0 for count in counts)


def main() -> None:
    """Run for so many seconds, or until SIGTERM; then say what it took."""
    site, flows, interval_ns, seconds = sys.argv[1], *map(int, sys.argv[2:5])
    asked = campaign(flows, interval_ns)
    plan = agent_plan([asked], site)
    store = open_store(store_of(sys.argv[5], site))
    alarm = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM))
    alarm.daemon = True
    alarm.start()
    print("ready", flush=True)
    before_s, started_s = cpu_seconds(), time.monotonic()
    options = AgentOptions(user=None, reflects=site == REFLECTOR)
    end = run_agent(plan, lambda: AgentStore(store, None), lambda: plan, options)
    took_s = time.monotonic() - started_s
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cores = (cpu_seconds() - before_s) / took_s
    print(json.dumps({
        "cores": round(cores, 3), "peak_mib": peak_mib, "probes": end.probes,
        "windows": end.written, "counters": end.counters,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
