"""Once round the loop: plan, emit, boot, measure. What ``demo`` and ``lab run`` do.

Whatever happens on the way, what there is by then is in the answer, and is written.
"""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from netkit.errors import ExitCode, InputError, LabError, NetkitError, PrivilegeError, counted
from netkit.files.native.topology import load_topology
from netkit.interrupts import Interrupts
from netkit.lab.check.requirements import require_lab
from netkit.language.chosen import in_english
from netkit.language.words import marked
from netkit.model.measurement.sample import Sample
from netkit.model.measurement.sample_row import rows_of
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.progress import Steps, silent
from netkit.model.verdict import Verdict, exit_code, worst
from netkit.report.documents.document import to_text
from netkit.report.documents.plan import plan_to_json
from netkit.report.documents.summary import build_summary
from netkit.report.results import LabFacts, LoopResults, RunFacts
from netkit.report.words.doubt import ledger_lines
from netkit.store.output_folder import OutputFolder, output_folder
from netkit.store.samples_csv import write_samples
from netkit.workflows.campaigns.demands import demands_of
from netkit.workflows.campaigns.lab_campaign import Campaign, clocks_of
from netkit.workflows.campaigns.lab_wishes import USUAL, LabWishes
from netkit.workflows.emit import router_configs, write_configs
from netkit.workflows.plan import make_plan

_UNASKED = marked("the plan alone was asked for")
_ASK = marked("run it with the lab")
_PACKAGES = ("mininet", "pyroute2")
"""What the extra ``lab`` brings."""

KIND = "measurements"
"""What a folder of a campaign holds, so that no other command takes it away."""

WRITTEN = ("plan.json", "samples.csv", "summary.json", "report.html")


def identity(campaign: Campaign) -> str:
    """Which campaign it is, whatever is changed in it from run to run."""
    return f"{campaign.name} ({Path(campaign.file).name}, {campaign.topology.name})"


def results_folder(folder: Path, of: str) -> AbstractContextManager[OutputFolder]:
    """The folder for the results ``of`` a campaign or more: those of others are not replaced.

    Raises as :func:`~netkit.store.output_folder.output_folder` does.
    """
    return output_folder(folder, WRITTEN, kind=KIND, of=of)


@dataclass(frozen=True)
class CampaignRun:
    """What a run came to. ``samples`` are those of each pair, by (src, dst), that its figures rest
    on, as its hosts read them; ``others`` those of attempts that left it undecided, by the number
    of the attempt. Where hosts have clocks of their own, ``true_samples`` are those of ``samples``
    in true time.

    ``interrupted`` and ``error`` say what ended it early; the results are then what there was.
    """

    results: LoopResults
    samples: Mapping[tuple[str, str], Sequence[Sample]] = field(default_factory=dict)
    interrupted: bool = False
    error: NetkitError | None = None
    others: Mapping[int, Mapping[tuple[str, str], Sequence[Sample]]] = field(default_factory=dict)
    true_samples: Mapping[tuple[str, str], Sequence[Sample]] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst of all measured pairs; a path that strayed, or what contradicts the ledger, is
        a breach whatever it took."""
        measured = self.results.measured.values()
        if self.interrupted:
            return Verdict.UNKNOWN
        if any(pair.path_proven is False for pair in measured):
            return Verdict.BREACH
        if any(line.contradictions for line in self.results.ledger.values()):
            return Verdict.BREACH
        return worst(pair.verdict for pair in measured)

    @property
    def whole(self) -> bool:
        """Did it come to its end?"""
        return not self.interrupted and self.error is None

    @property
    def exit_code(self) -> ExitCode:
        """The code that ``probe run`` ends with."""
        return self.ending[0]

    @property
    def ending(self) -> tuple[ExitCode, str]:
        """The code of the one table, as for the plan alone, and why it is not good."""
        broken = sum(pair.verdict is not Verdict.PASS for pair in self.results.plan.pairs)
        code, why = self.contradiction
        if code is ExitCode.OK and broken:
            of = len(self.results.plan.pairs)
            return (
                ExitCode.BREACH,
                f"no list that keeps the tier: {broken} of {counted(of, 'direction')}",
            )
        if code is not ExitCode.OK or not self.results.lab.ran or self.verdict is Verdict.PASS:
            return code, why
        return exit_code(self.verdict), _told(self.results, self.verdict)

    @property
    def contradiction(self) -> tuple[ExitCode, str]:
        """Was a promise contradicted? What was found impossible was not promised, and doubt that
        the emulation leaves contradicts nothing."""
        if self.interrupted:
            return ExitCode.UNKNOWN, "interrupted"
        strayed = [pair for pair, one in self.results.measured.items() if one.path_proven is False]
        if strayed:
            src, dst = strayed[0]
            return (
                ExitCode.BREACH,
                f"off the planned path: {counted(len(strayed), 'pair')}, {src} to {dst} first",
            )
        if told := in_english(list, ledger_lines(self.results, contradicted=True)):
            return ExitCode.BREACH, f"the ledger is contradicted: {told[0]}"
        for verdict in (Verdict.BREACH, Verdict.UNKNOWN):
            if any(one.verdict is verdict for one in self.results.measured.values()):
                return exit_code(verdict), _told(self.results, verdict)
        return ExitCode.OK, ""

    def write(self, folder: OutputFolder) -> Path:
        """Keep samples, summary and report beside the plan; Ctrl-C waits for that, and is dropped.

        Returns where all will be: a run that broke off, or measured nothing where something
        was measured before, leaves the last whole result in its place.
        """
        with Interrupts().deaf():
            return self._write(folder)

    def _write(self, folder: OutputFolder) -> Path:
        from netkit.report.html.pages.page import Ground, report_page
        from netkit.report.html.pages.sources import Sources

        if self.results.lab.ran:
            write_samples(folder.staged("samples.csv"), rows_of(self.samples))
            for attempt, samples in sorted(self.others.items()):
                write_samples(folder.staged(f"attempts/{attempt}.csv"), rows_of(samples))
            if self.true_samples:
                write_samples(folder.staged("true-samples.csv"), rows_of(self.true_samples))
        topology, summary = self.results.topology, build_summary(self.results)
        folder.write("summary.json", to_text(summary))
        sources = Sources(plan_to_json(self.results.plan, topology), summary)
        folder.write("report.html", report_page(sources, Ground(topology)))
        worse = not self.results.lab.ran and folder.holds("samples.csv")
        return folder.keep_last() if worse or not self.whole else folder.folder


def _told(results: LoopResults, verdict: Verdict) -> str:
    of = [pair for pair, one in results.measured.items() if one.verdict is verdict]
    first = f", {of[0][0]} to {of[0][1]} first" if of else ""
    return f"{verdict}: {len(of)} of {counted(len(results.measured), 'pair')}{first}"


def run_campaigns(
    campaigns: Sequence[Campaign],
    *,
    out: OutputFolder | None = None,
    lab: LabWishes = USUAL,
    progress: Steps = silent,
) -> CampaignRun:
    """Plan the pairs of all campaigns on their one topology, boot it, measure each campaign.

    Plan and configurations go to ``out``; the rest is for :meth:`CampaignRun.write`. If no lab is
    wanted, and where this machine cannot run one, nothing is measured, and the results say why.
    ``progress`` is told each step; what comes after a colon is a part of it. Raises
    :class:`~netkit.errors.InputError` for campaigns that cannot be planned.
    """
    topology = load_topology(_one_topology(campaigns))
    clocks = clocks_of(campaigns)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    plan = _plan(topology, campaigns, progress)
    configs = router_configs(topology, plan)
    if out is not None:
        out.write("plan.json", to_text(plan_to_json(plan, topology)))
        write_configs(out, configs, "configs/")
    run = RunFacts(version("netkit-srv6"), started, socket.gethostname())
    none = _no_lab() if lab.wanted else LabFacts(False, skipped_because=_UNASKED, remedy=_ASK)
    if none is not None:
        return CampaignRun(LoopResults(topology, plan, none, {}, run))
    # Only here, for it loads Mininet, which whoever only plans need not have.
    from netkit.workflows.campaigns.lab_turn import LabTurn

    turn = LabTurn(topology, plan, configs, lab, progress, clocks)
    results = LoopResults(topology, plan, turn.go(campaigns), turn.measured, run)
    return CampaignRun(
        results, turn.samples, turn.interrupted, turn.error, turn.others, turn.true_samples
    )


def _no_lab() -> LabFacts | None:
    """Why this machine cannot run the lab, if it cannot: said, not an error."""
    try:
        require_lab()
    except PrivilegeError:
        why, remedy = (
            "it makes network namespaces, which only root may",
            "sudo with the same command",
        )
    except LabError as error:
        why, remedy = str(error), "install what is named, then run the same command again"
    else:
        missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
        if not missing:
            return None
        why, remedy = f"Python has no {' and no '.join(missing)}", "pip install 'netkit-srv6[lab]'"
    return LabFacts(ran=False, skipped_because=why, remedy=remedy)


def _one_topology(campaigns: Sequence[Campaign]) -> Path:
    paths = sorted({campaign.topology.resolve() for campaign in campaigns})
    if len(paths) == 1:
        return paths[0]
    raise InputError.single("campaigns on different topologies", value=", ".join(map(str, paths)))


def _plan(topology: Topology, campaigns: Sequence[Campaign], progress: Steps) -> Plan:
    profiles = sorted({campaign.profile.name for campaign in campaigns})
    asked = DemandSet(topology, demands_of(topology, campaigns), ", ".join(profiles))
    progress("planning", 0, len(asked.demands))
    return make_plan(asked, progress=partial(progress, "planning"))
