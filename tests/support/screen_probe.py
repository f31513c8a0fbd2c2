"""Commands that probe: what comes back from the network is put in its place."""

from __future__ import annotations

from pathlib import Path

from screen_store import CAMPAIGN
from screens import NOW_NS, Case
from watched_windows import ROW_TOPOLOGY

from netkit.model.measurement.clock import ClockReport
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.probe.clock.this_host import ClockState
from netkit.probe.run.agent.agent import AgentEnd
from netkit.probe.run.many import TargetResult
from netkit.probe.run.send import FlowResult, SendResult
from netkit.probe.sender.result import RunEnd, SessionResult
from netkit.probe.trace.hops import StopCause, TraceHop, TraceResult, TraceStop
from netkit.store.samples_csv import write_samples

US, MS = 1_000, 1_000_000


def session(way_ns: int, back_ns: int, count: int = 60) -> SessionResult:
    """Probes 10 ms apart, one of them lost, delays that rise and fall by 40 us."""
    made = []
    for number in range(count):
        late = number % 5 * 10 * US
        t1 = NOW_NS + number * 10 * MS
        times = (t1, t1 + way_ns + late, t1 + way_ns + late + 30 * US,
                 t1 + way_ns + back_ns + 2 * late + 30 * US)  # fmt: skip
        stamps = [Stamp(time, StampSource.KERNEL) for time in times]
        made.append(Sample(number, Outcome.RECEIVED, *stamps, reply_ttl=60))
    made.append(Sample(count, Outcome.LOST, Stamp(NOW_NS + count * 10 * MS, StampSource.KERNEL)))
    return SessionResult(tuple(made), stateful=True)


def result(way_ns: int, back_ns: int, uncertainty_us: float = 60.0) -> SendResult:
    """A run of one flow whose clocks are known to that."""
    clock = ClockReport((ClockState(True, 30).claim(),))
    return SendResult(
        "2001:db8::2", (FlowResult(49152, session(way_ns, back_ns)),), RunEnd.COMPLETE,
        uncertainty_us, clock, NOW_NS, NOW_NS + 700 * MS, "here", own_uncertainty_us=30.0,
    )  # fmt: skip


def sent(host, at, options, watch, sink, before):
    return result(4 * MS, 4 * MS + 200 * US)


def sent_to_all(targets, watch):
    """The second is too slow, the third does not answer to its name."""
    delays = (4 * MS, 21 * MS)
    found = [TargetResult(one, result(way, way)) for one, way in zip(targets, delays, strict=False)]
    return (*found, *(TargetResult(one, None, "no such name") for one in targets[2:]))


def traced(destination, sids, **how):
    """Two hops on the way, silence after."""
    hops = (
        TraceHop(1, None, 1_200_000, sids[:1], sids[1]),
        TraceHop(2, None, 3_400_000, (), sids[1]),
        TraceHop(3),
    )
    return TraceResult(destination, sids, hops, TraceStop(StopCause.SILENCE, 2))


def site_samples(folder: Path) -> None:
    """Samples of three sites that probe each other, clocks as they like."""
    (folder / "row.yaml").write_text(ROW_TOPOLOGY, encoding="utf-8")
    rows = []
    for src, dst, way in (("a", "b", 2 * MS), ("b", "c", 2 * MS), ("a", "c", 21 * MS)):
        rows += [(src, dst, one) for one in session(way, way + 300 * US).samples]
    write_samples(folder / "samples.csv", rows)


def agent(request, tell):
    """A day of an agent."""
    tell("probing with 3 flows, answering 3 peers")
    return AgentEnd(86_400, 1_440, 0, 0, {"unknown sender": 2})


def campaign(folder: Path) -> None:
    """A mesh of four sites."""
    (folder / "row.yaml").write_text(ROW_TOPOLOGY, encoding="utf-8")
    (folder / "watch.yaml").write_text(CAMPAIGN, encoding="utf-8")


SIDS = "5f00:0:1::,5f00:0:2::"

CASES = {
    "probe send": Case(
        ("probe", "send", "b", "--bound", "5ms"), instead={"netkit.probe.run.send.send": sent}
    ),
    "probe trace": Case(
        ("probe", "trace", "2001:db8::9", "--segments", SIDS),
        instead={"netkit.probe.trace.runner.trace": traced},
    ),
    "probe run": Case(("probe", "run", "watch.yaml", "--site", "a", "--dry-run"), campaign),
    "probe install": Case(
        ("probe", "install", "watch.yaml", "--site", "a", "--cron", "--user", "root", "--dry-run"),
        campaign,
        {"netkit.workflows.campaigns.install.job._program": lambda: "/opt/netkit/bin/netkit"},
        for_programs=True,
    ),
    "probe certify": Case(
        ("probe", "certify", "samples.csv", "--topology", "row.yaml", "--bound", "20ms",
         "--clock-error", "a=0.1ms", "--clock-error", "b=0.1ms", "--clock-error", "c=0.1ms"),
        site_samples,
    ),
    "agent": Case(
        ("agent", "watch.yaml", "--site", "a"), campaign,
        {"netkit.workflows.agents.run.agent": agent,
         "netkit.probe.kernel.no_new_privileges.renounce_new_privileges": lambda: None},
    ),
}  # fmt: skip

MORE = {
    "probe send many": Case(
        ("probe", "send", "shanghai-ct", "shanghai-cm", "nowhere", "--bound", "20ms"),
        instead={"netkit.probe.run.many.send_to_all": sent_to_all},
    ),
}
"""Other faces of the same commands."""
