"""Once round the loop: plan, emit, boot, measure, report. What ``demo`` and ``probe run`` do.

Whatever happens on the way, what there is by then is written.
"""

from __future__ import annotations

import dataclasses
import socket
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from netkit.emit.linux.ip_batch import RouterConfig, emit_linux
from netkit.errors import LabError, NetkitError, PrivilegeError
from netkit.lab.check.requirements import require_lab
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.model.measurement.sample import Sample
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import routing_tables
from netkit.planner.network.network import as_graph
from netkit.planner.plan import plan_demands
from netkit.probe.sender.result import RunEnd
from netkit.report.documents.document import to_text
from netkit.report.documents.plan import plan_to_json
from netkit.report.documents.summary import build_summary
from netkit.report.html.page import render_html
from netkit.report.results import LabFacts, LoopResults, PairMeasured, RunFacts
from netkit.store.samples_csv import write_samples
from netkit.store.text_files import write_text
from netkit.workflows.campaign_demands import demands_of
from netkit.workflows.campaign_file import Campaign
from netkit.workflows.emit import write_configs
from netkit.workflows.lab_results import measured_pair

ATTEMPTS = 5
"""Pairs that stay inconclusive, because the machine stalled, are measured so often."""

LEAST_INTERVAL_MS = 20.0
"""Fewer pairs probe faster when measured again, but not faster than this."""

WRITTEN = ("plan.json", "samples.csv", "summary.json", "report.html")

SHARED_CLOCK = "one kernel clock for all routers of the lab"


@dataclasses.dataclass
class Loop:
    """One turn: the campaigns on one topology, and everything known of them so far."""

    topology: Topology
    campaigns: tuple[Campaign, ...]
    out: Path
    console: Console
    backend: str = "auto"
    lab_wanted: bool = True
    interrupted: bool = False
    error: NetkitError | None = None
    samples: dict[tuple[str, str], list[Sample]] = dataclasses.field(default_factory=dict)
    measured: dict[tuple[str, str], PairMeasured] = dataclasses.field(default_factory=dict)

    def go(self) -> LoopResults:
        """Plan, emit, boot and measure; the results hold what was reached."""
        self._sweep()
        started = datetime.now(UTC).isoformat(timespec="seconds")
        with _progress(self.console) as progress:
            plan = self._plan(progress)
            self._keep("plan.json", to_text(plan_to_json(plan, self.topology)))
            configs = emit_linux(self.topology, plan)
            write_configs(self.out / "configs", configs)
            facts = self._measure(plan, configs, progress)
        run = RunFacts(version("netkit-srv6"), started, socket.gethostname())
        return LoopResults(self.topology, plan, facts, self.measured, run)

    def write(self, results: LoopResults) -> None:
        """Keep samples, summary and report."""
        if results.lab.ran:
            rows = [(*pair, one) for pair, samples in self.samples.items() for one in samples]
            write_samples(self.out / "samples.csv", rows)
        self._keep("summary.json", to_text(build_summary(results)))
        self._keep("report.html", render_html(results))

    def _sweep(self) -> None:
        """Take away what an earlier run left under the same names: two runs must not mix."""
        for name in WRITTEN:
            (self.out / name).unlink(missing_ok=True)

    def _keep(self, name: str, text: str) -> None:
        write_text(self.out / name, text)

    def _plan(self, progress: Progress) -> Plan:
        graph = as_graph(self.topology)
        demands = demands_of(self.topology, self.campaigns)
        task = progress.add_task("planning", total=len(demands))
        profiles = sorted({campaign.profile.name for campaign in self.campaigns})
        return plan_demands(
            graph,
            demands,
            profile=", ".join(profiles),
            progress=lambda done, _all: progress.update(task, completed=done),
        )

    def _measure(
        self, plan: Plan, configs: dict[str, RouterConfig], progress: Progress
    ) -> LabFacts:
        """Boot and measure; a lab that is not wanted or cannot be had is said, not an error."""
        if not self.lab_wanted:
            return LabFacts(ran=False, skipped_because="not wanted", remedy="ask for the lab")
        try:
            require_lab()
        except PrivilegeError:
            why = "it makes network namespaces, which only root may"
            return LabFacts(ran=False, skipped_because=why, remedy="sudo with the same command")
        except LabError as error:
            remedy = "install what is named, then run the same command again"
            return LabFacts(ran=False, skipped_because=str(error), remedy=remedy)
        try:
            return self._in_lab(plan, configs, progress)
        except NetkitError as error:
            self.error = error
            return LabFacts(ran=False, skipped_because=f"it failed: {error}")
        except KeyboardInterrupt:
            self.interrupted = True
            return LabFacts(ran=False, skipped_because="it was interrupted while booting")

    def _in_lab(self, plan: Plan, configs: dict[str, RouterConfig], progress: Progress) -> LabFacts:
        task = progress.add_task("booting", total=None)

        def step(what: str, done: int, total: int) -> None:
            progress.update(task, description=f"booting: {what}", completed=done, total=total)

        hosts = sorted({end for pair in plan.pairs for end in (pair.demand.src, pair.demand.dst)})
        with Lab.boot(
            self.topology,
            routing_tables(self.topology),
            configs,
            hosts=hosts,
            backend=self.backend,
            on_progress=step,
        ) as lab:
            progress.update(task, description=f"booted in {lab.boot_s:.1f} s")
            facts = LabFacts(
                ran=True,
                backend=str(lab.backend),
                routers=len(self.topology.active_nodes),
                links=len(self.topology.all_links),
                boot_s=lab.boot_s,
                clock=SHARED_CLOCK,
            )
            try:
                for campaign in self.campaigns:
                    self._campaign(lab, campaign, plan, progress)
            except KeyboardInterrupt:
                self.interrupted = True
            except NetkitError as error:
                self.error = error
        return facts

    def _campaign(self, lab: Lab, campaign: Campaign, plan: Plan, progress: Progress) -> None:
        """Measure all pairs that have a policy; those that stay inconclusive, again."""
        pairs = [
            (src, dst)
            for src, dst in campaign.pairs
            if plan.pair[src, dst].primary and plan.pair[dst, src].primary
        ]
        whole = len(pairs)
        for attempt in range(1, ATTEMPTS + 1):
            if self.interrupted or not pairs:
                return
            again = "" if attempt == 1 else f", inconclusive ones, attempt {attempt}"
            task = progress.add_task(f"measuring: {campaign.name}{again}", total=None)
            self._probe(lab, _paced(campaign, len(pairs) / whole), pairs, plan, (progress, task))
            for pair in pairs:
                self.measured[pair] = dataclasses.replace(self.measured[pair], attempts=attempt)
            pairs = [pair for pair in pairs if worth_repeating(self.measured[pair])]

    def _probe(
        self,
        lab: Lab,
        campaign: Campaign,
        pairs: list[tuple[str, str]],
        plan: Plan,
        shown: tuple[Progress, TaskID],
    ) -> None:
        progress, task = shown
        measurement = measure(
            lab,
            pairs,
            count=campaign.count,
            interval_ms=campaign.interval_ms,
            timeout_ms=campaign.timeout_ms,
            request_bytes=campaign.request_bytes,
            seed=campaign.seed,
            on_progress=lambda sent, total: progress.update(task, completed=sent, total=total),
        )
        self.interrupted = measurement.end is RunEnd.INTERRUPTED
        for pair in measurement.pairs:
            ends = (pair.src, pair.dst)
            there, back = plan.pair[ends], plan.pair[pair.dst, pair.src]
            self.measured[ends] = measured_pair(self.topology, pair, there, back)
            self.samples[ends] = [traced.sample for traced in pair.traced]


def worth_repeating(pair: PairMeasured) -> bool:
    """Only doubt is measured again: a path that strayed is evidence, and must stay."""
    return pair.verdict is Verdict.INCONCLUSIVE and pair.path_proven is not False


def _paced(campaign: Campaign, share: float) -> Campaign:
    """The campaign at the interval at which that share of its pairs loads the lab as all would."""
    share_ms = max(campaign.interval_ms * share, LEAST_INTERVAL_MS)
    interval_ms = min(campaign.interval_ms, share_ms)
    return dataclasses.replace(campaign, interval_ms=interval_ms)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
