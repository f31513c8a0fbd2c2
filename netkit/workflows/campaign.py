"""Once round the loop: plan, emit, boot, measure. What ``demo`` and ``probe run`` do.

Whatever happens on the way, what there is by then is in the answer, and is written.
"""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from netkit.errors import ExitCode, InputError, LabError, NetkitError, PrivilegeError
from netkit.files.native.topology import load_topology
from netkit.lab.check.requirements import require_lab
from netkit.model.measurement.sample import Sample
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.progress import Steps, silent
from netkit.model.verdict import Verdict, exit_code, worst
from netkit.report.documents.document import to_text
from netkit.report.documents.plan import plan_to_json
from netkit.report.documents.summary import build_summary
from netkit.report.results import LabFacts, LoopResults, RunFacts
from netkit.store.samples_csv import write_samples
from netkit.store.text_files import write_text
from netkit.workflows.campaign_demands import demands_of
from netkit.workflows.campaign_file import Campaign
from netkit.workflows.emit import router_configs, write_configs
from netkit.workflows.plan import make_plan

_ASK = "ask for the lab"
_PACKAGES = ("mininet", "pyroute2")
"""What the extra ``lab`` brings."""

WRITTEN = ("plan.json", "samples.csv", "summary.json", "report.html")


@dataclass(frozen=True)
class CampaignRun:
    """What a run came to. ``samples`` are those of each pair, by (src, dst).

    ``interrupted`` and ``error`` say what ended it early; the results are then what there was.
    """

    results: LoopResults
    samples: Mapping[tuple[str, str], Sequence[Sample]] = field(default_factory=dict)
    interrupted: bool = False
    error: NetkitError | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of all measured pairs; a path that strayed is a breach whatever it took."""
        measured = self.results.measured.values()
        if self.interrupted:
            return Verdict.UNKNOWN
        if any(pair.path_proven is False for pair in measured):
            return Verdict.BREACH
        return worst(pair.verdict for pair in measured)

    @property
    def exit_code(self) -> ExitCode:
        """What was promised and not kept decides; what was found impossible was not promised."""
        if not self.interrupted and not self.results.lab.ran:
            return ExitCode.OK
        return exit_code(self.verdict)

    def write(self, out: Path) -> None:
        """Keep samples, summary and report beside the plan; the page needs extra ``report``."""
        from netkit.report.html.page import render_html

        if self.results.lab.ran:
            rows = [(*pair, one) for pair, samples in self.samples.items() for one in samples]
            write_samples(out / "samples.csv", rows)
        write_text(out / "summary.json", to_text(build_summary(self.results)))
        write_text(out / "report.html", render_html(self.results))


def run_campaigns(
    campaigns: Sequence[Campaign],
    *,
    out: Path | None = None,
    backend: str = "auto",
    lab: bool = True,
    progress: Steps = silent,
) -> CampaignRun:
    """Plan the pairs of all campaigns on their one topology, boot it, measure each campaign.

    Plan and configurations go to ``out`` as soon as there are any; the rest is for
    :meth:`CampaignRun.write`. Without ``lab``, and where this machine cannot run one, nothing is
    measured, and the results say why. ``progress`` is told each step; what comes after a colon is
    a part of it. Raises :class:`~netkit.errors.InputError` for campaigns that cannot be planned.
    """
    topology = load_topology(_one_topology(campaigns))
    started = datetime.now(UTC).isoformat(timespec="seconds")
    if out is not None:
        _sweep(out)
    plan = _plan(topology, campaigns, progress)
    configs = router_configs(topology, plan)
    if out is not None:
        write_text(out / "plan.json", to_text(plan_to_json(plan, topology)))
        write_configs(out / "configs", configs)
    run = RunFacts(version("netkit-srv6"), started, socket.gethostname())
    none = _no_lab() if lab else LabFacts(False, skipped_because="not wanted", remedy=_ASK)
    if none is not None:
        return CampaignRun(LoopResults(topology, plan, none, {}, run))
    # Only here, for it loads Mininet, which whoever only plans need not have.
    from netkit.workflows.campaign_lab import LabTurn

    turn = LabTurn(topology, plan, configs, backend, progress)
    results = LoopResults(topology, plan, turn.go(campaigns), turn.measured, run)
    return CampaignRun(results, turn.samples, turn.interrupted, turn.error)


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


def _sweep(out: Path) -> None:
    """Take away what an earlier run left under the same names: two runs must not mix."""
    for name in WRITTEN:
        (out / name).unlink(missing_ok=True)


def _plan(topology: Topology, campaigns: Sequence[Campaign], progress: Steps) -> Plan:
    profiles = sorted({campaign.profile.name for campaign in campaigns})
    request = PlanRequest(topology, demands_of(topology, campaigns), profile=", ".join(profiles))
    progress("planning", 0, len(request.demands))
    return make_plan(request, partial(progress, "planning"))
