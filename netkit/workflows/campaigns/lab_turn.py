"""Booting the lab for campaigns, and measuring each of them in it.

A pair whose figures straddle its bound, because the machine stalled, is measured again; a breach,
a path that strayed, or what contradicts the ledger, is evidence and stays.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
from time import time_ns

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.errors import NetkitError
from netkit.lab.clocks.kept import KeptClock
from netkit.lab.lab import Lab
from netkit.lab.measure import Pair, measure
from netkit.lab.truth.traced import PairMeasurement
from netkit.model.measurement.host_clock import HostClock
from netkit.model.measurement.sample import Sample
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.progress import Steps
from netkit.model.verdict import Verdict
from netkit.probe.sender.result import RunEnd
from netkit.report.results import DirectionMeasured, LabFacts, PairMeasured
from netkit.workflows.boot import LabOptions, boot_lab
from netkit.workflows.campaigns.lab_campaign import Campaign
from netkit.workflows.campaigns.lab_wishes import LabWishes
from netkit.workflows.lab_certified import TwoTimes, certified_lines
from netkit.workflows.lab_results import measured_pair
from netkit.workflows.lab_stated import Stated
from netkit.workflows.ledger.crowded import crowded

ATTEMPTS = 5
"""Pairs that stay inconclusive, because the machine stalled, are measured so often."""

LEAST_INTERVAL_MS = 20.0
"""Fewer pairs probe faster when measured again, but not faster than this."""

SHARED_CLOCK = "one kernel clock for all routers of the lab"
OWN_CLOCKS = (
    "hosts with clocks of their own: what they measured is in the ledger, all else in true time"
)


@dataclasses.dataclass
class LabTurn:
    """One boot of one plan, and everything known of its pairs so far.

    ``samples`` are those behind ``measured``, as the hosts read them; of attempts that decided
    nothing they are in ``others``, by the number of the attempt. Where hosts have ``clocks`` of
    their own, ``true_samples`` are the same in true time. ``interrupted`` is set by Ctrl-C,
    ``error`` by what broke the lab; both leave what was measured.
    """

    topology: Topology
    plan: Plan
    configs: Mapping[str, RouterConfig]
    wishes: LabWishes
    progress: Steps
    clocks: Mapping[str, HostClock]
    interrupted: bool = False
    error: NetkitError | None = None
    samples: dict[Pair, list[Sample]] = dataclasses.field(default_factory=dict)
    others: dict[int, dict[Pair, list[Sample]]] = dataclasses.field(default_factory=dict)
    measured: dict[Pair, PairMeasured] = dataclasses.field(default_factory=dict)
    true_samples: dict[Pair, list[Sample]] = dataclasses.field(default_factory=dict)
    _kept: dict[str, KeptClock] = dataclasses.field(default_factory=dict)

    def go(self, campaigns: Sequence[Campaign]) -> LabFacts:
        """Boot and measure; what breaks the lab is kept, for what was measured still counts."""
        facts, why = None, ""
        try:
            with self._boot() as lab:
                facts = self._facts(lab)
                self._start_clocks()
                self._measure_all(lab, campaigns)
                self._certify()
        except NetkitError as error:
            self.error, why = error, f"it failed: {error}"
        except KeyboardInterrupt:
            self.interrupted, why = True, "it was interrupted while booting"
        if facts is not None and (self.measured or not why):
            # Also if the lab could not be taken down, or nobody waited for that.
            return facts
        return LabFacts(ran=False, skipped_because=why)

    def _boot(self) -> Lab:
        def booting(part: str, done: int, all_: int) -> None:
            self.progress(f"booting: {part}", done, all_)

        wishes = self.wishes
        return boot_lab(
            self.topology, self.plan, configs=self.configs,
            options=LabOptions(wishes.backend, wishes.igp, wishes.frr), progress=booting,
        )  # fmt: skip

    def _facts(self, lab: Lab) -> LabFacts:
        return LabFacts(
            ran=True,
            backend=str(lab.backend),
            igp=str(lab.igp.name),
            routers=len(self.topology.active_nodes),
            links=len(self.topology.all_links),
            boot_s=lab.boot_s,
            clock=OWN_CLOCKS if self.clocks else SHARED_CLOCK,
            not_emulated=tuple(lab.not_emulated),
        )

    def _start_clocks(self) -> None:
        """They run from here on, over all campaigns and attempts."""
        now_ns = time_ns()
        self._kept = {
            router: KeptClock(dataclasses.replace(clock, start_ns=now_ns))
            for router, clock in self.clocks.items()
        }

    def _certify(self) -> None:
        if self._kept and self.measured:
            times = TwoTimes(self.samples, self.true_samples)
            self.measured = certified_lines(
                self.measured, times, self._kept, self.topology, self.plan
            )

    def _measure_all(self, lab: Lab, campaigns: Sequence[Campaign]) -> None:
        try:
            for campaign in campaigns:
                if not self.interrupted:
                    self._campaign(lab, campaign)
        except KeyboardInterrupt:
            self.interrupted = True
        except NetkitError as error:
            self.error = error

    def _campaign(self, lab: Lab, campaign: Campaign) -> None:
        """Measure all pairs that have a policy; those that stay inconclusive, again."""
        planned = self.plan.pair
        pairs = [
            (src, dst)
            for src, dst in campaign.pairs
            if planned[src, dst].primary and planned[dst, src].primary
        ]
        whole = len(pairs)
        for attempt in range(1, ATTEMPTS + 1):
            if not pairs:
                return
            again = "" if attempt == 1 else f", inconclusive ones, attempt {attempt}"
            paced = _paced(campaign, len(pairs) / whole)
            step = f"measuring {campaign.title}{again}"
            if not self._probe(lab, paced, pairs, attempt, step):
                return
            pairs = [pair for pair in pairs if worth_repeating(self.measured[pair])]

    def _probe(
        self, lab: Lab, campaign: Campaign, pairs: Sequence[Pair], attempt: int, step: str
    ) -> bool:
        """Measure pairs once; was it done to the end?"""
        measurement = measure(
            lab,
            pairs,
            count=campaign.count,
            interval_ms=campaign.interval_ms,
            timeout_ms=campaign.timeout_ms,
            request_bytes=campaign.request_bytes,
            seed=campaign.seed,
            on_progress=partial(self.progress, step),
            clocks=self._kept,
        )
        self.interrupted = measurement.end is RunEnd.INTERRUPTED
        seen = (
            truth
            for pair in measurement.pairs
            for one in pair.traced
            for truth in (one.forward, one.backward)
            if truth is not None
        )
        stated = Stated(self.topology, crowded(self.topology, seen))
        for pair in measurement.pairs:
            self._keep(stated, pair, attempt)
        return not self.interrupted

    def _keep(self, stated: Stated, pair: PairMeasurement, attempt: int) -> None:
        """A repeat that broke off tells less than the whole attempt before it."""
        ends = (pair.src, pair.dst)
        samples = list(pair.session.samples)
        if self.interrupted and ends in self.measured:
            self.others.setdefault(attempt, {})[ends] = samples
            return
        if attempt > 1:
            self.others.setdefault(attempt - 1, {})[ends] = self.samples[ends]
        there, back = self.plan.pair[ends], self.plan.pair[ends[::-1]]
        found = measured_pair(stated, pair, there, back)
        found = dataclasses.replace(found, attempts=attempt)
        self.measured[ends] = with_evidence(found, self.measured[ends]) if attempt > 1 else found
        self.samples[ends] = samples
        if self._kept:
            self.true_samples[ends] = [traced.sample for traced in pair.traced]


def worth_repeating(pair: PairMeasured) -> bool:
    """Only doubt is measured again: a path that strayed is evidence, and must stay."""
    return pair.verdict is Verdict.INCONCLUSIVE and pair.path_proven is not False


def with_evidence(found: PairMeasured, before: PairMeasured) -> PairMeasured:
    """A pair that was measured again, with all that the attempt before it contradicted: to measure
    again settles doubt, and takes no evidence back."""
    return dataclasses.replace(
        found,
        forward=_with_evidence(found.forward, before.forward),
        backward=_with_evidence(found.backward, before.backward),
    )


def _with_evidence(way: DirectionMeasured, before: DirectionMeasured) -> DirectionMeasured:
    if way.ledger is None or before.ledger is None:
        return way
    return dataclasses.replace(way, ledger=way.ledger.and_of(before.ledger.contradictions))


def _paced(campaign: Campaign, share: float) -> Campaign:
    """The campaign at the interval at which that share of its pairs loads the lab as all would."""
    share_ms = max(campaign.interval_ms * share, LEAST_INTERVAL_MS)
    interval_ms = min(campaign.interval_ms, share_ms)
    return dataclasses.replace(campaign, interval_ms=interval_ms)
