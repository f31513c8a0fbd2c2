"""Pairs of sites to flows: lists of the plan, tiers, sizes, lengths of rounds.

What is wrong is added to the reading, once for all pairs that it is wrong of; what depends on
something that could not be read is not judged, and said to be so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from netkit.errors import InputError, Problem
from netkit.files.campaigns.plan_lists import PlanLists
from netkit.files.campaigns.reading import CampaignReading, Hidden
from netkit.model.measurement.campaign import CampaignFlow, Site
from netkit.model.measurement.campaign_file import IGP, Measurement
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.tier import bounded
from netkit.model.units import NS_PER_S
from netkit.planner.coverage.selection import Chosen
from netkit.probe.run.fast import KEPT_PROBES
from netkit.workflows.campaigns.traffic import request_bytes, round_length_ns
from netkit.workflows.campaigns.ways import Ends, ways

_TRAFFIC = frozenset({"interval_ms", "request_bytes", "dscp", "path", "return_path"})
"""What depends on these is which way probes take, how large they are, what they load."""

_ROUND = frozenset({"count", "interval_ms", "timeout_ms"})


@dataclass(frozen=True)
class FlowMaker:
    """Makes the flows of a file that is judged; ``lacking`` collects what pairs cannot have."""

    reading: CampaignReading
    topology: Topology | None
    plan: PlanLists | None
    site: dict[str, Site]
    lacking: dict[Problem, list[str]] = field(default_factory=dict)
    _lines: dict[tuple[str, str, str], int | None] = field(default_factory=dict)

    def flows(
        self, chosen: Sequence[tuple[Measurement, Sequence[Chosen]]]
    ) -> tuple[CampaignFlow, ...]:
        """Those of which everything is known, in the order of the file."""
        found: dict[tuple[str, str, str], CampaignFlow] = {}
        for measurement, pairs in chosen:
            self._check_round(measurement)
            for pair in pairs:
                for flow in self._pair_flows(measurement, pair):
                    key = flow.src, flow.dst, flow.name
                    if "name" not in measurement.schedule.unread:
                        self._check_once(key, pair)
                    found[key] = flow
        self._refuse_lacking()
        return tuple(found.values())

    def _refuse_lacking(self) -> None:
        """One problem for all pairs that have it."""
        for problem, values in self.lacking.items():
            distinct = list(dict.fromkeys(values))
            more = f" and {len(distinct) - 1} more" if len(distinct) > 1 else ""
            self.reading.refuse([replace(problem, value=distinct[0] + more)])

    def _lack(self, problem: Problem, value: str) -> None:
        self.lacking.setdefault(replace(problem, value=None), []).append(value)

    def _pair_flows(self, measurement: Measurement, pair: Chosen) -> Iterator[CampaignFlow]:
        """A flow for each list that the pair is measured over."""
        reading, unread, line = self.reading, measurement.schedule.unread, measurement.line
        if not reading.unread.sites.isdisjoint((pair.src, pair.dst)):
            reading.hide(Hidden.FLOWS, line)
            return
        ends = Ends(self.site[pair.src], self.site[pair.dst], reading.asked.file, pair.line)
        self._check_address(ends.dst, line)
        bound = self._bound(measurement, ends)
        asked = measurement.schedule.path, measurement.schedule.return_path
        if not unread.isdisjoint(_TRAFFIC) or self._over_unread_list(asked, pair):
            reading.hide(Hidden.PATHS, line)
            return
        yield from self._over_ways(measurement, ends, bound)

    def _over_ways(
        self, measurement: Measurement, ends: Ends, bound: Demand | None
    ) -> Iterator[CampaignFlow]:
        how, problems = measurement.schedule, list[Problem]()
        bound_us = None if bound is None else bound.bound_us
        there = ways(how.path, ends, self.plan, bound_us, problems)
        back = ways(how.return_path, ends.turned(), self.plan, bound_us, problems)
        for one in problems:
            self._lack(one, str(one.value))
        for way in there:
            flow = CampaignFlow(
                measurement.name if len(there) == 1 else f"{measurement.name}.{way.segment_list}",
                ends.src.name, ends.dst.name, how.interval_ns, how.count, how.poisson, 0, how.dscp,
                how.timeout_ns, way.segments, back[0].segments if back else (), way.segment_list,
                bound_us, None if bound is None else bound.tier,
            )  # fmt: skip
            yield self._sized(flow, how.request_bytes, ends)

    def _over_unread_list(self, asked: Sequence[str | tuple[str, ...]], pair: Chosen) -> bool:
        """Does it take a list of a plan that cannot be read, or between unknown nodes?"""
        unread = self.reading.unread
        from_plan = any(isinstance(way, str) and way != IGP for way in asked)
        nowhere = not unread.unplaced.isdisjoint((pair.src, pair.dst))
        return from_plan and (nowhere or not unread.keys.isdisjoint(("plan", "topology")))

    def _sized(self, flow: CampaignFlow, asked: int | None, ends: Ends) -> CampaignFlow:
        """With the size asked for, or the least that has room for all that it asks for."""
        try:
            return replace(flow, request_bytes=request_bytes(flow, asked, ends.dst))
        except InputError as error:
            for one in error.problems:
                placed = replace(one, file=ends.file, line=ends.line, field=None)
                self._lack(placed, f"{one.value} for {flow.src} to {flow.dst}")
            return flow

    def _bound(self, measurement: Measurement, ends: Ends) -> Demand | None:
        """The tier of the scope, or of the two nodes; None where no tier can be told."""
        unread = self.reading.unread
        nowhere = not unread.unplaced.isdisjoint((ends.src.name, ends.dst.name))
        if (
            nowhere
            or "scope" in measurement.schedule.unread
            or not unread.keys.isdisjoint(("profile", "topology"))
        ):
            self.reading.hide(Hidden.TIERS, measurement.line)
            return None
        profile, scope = self.reading.asked.profile, measurement.scope
        tier = None if scope is None else profile.tiers[scope]
        if tier is not None and tier.bound_us is not None:
            return Demand(ends.src.name, ends.dst.name, tier.bound_us, tier.name)
        if self.topology is None or ends.src.node is None or ends.dst.node is None:
            return None
        try:
            (demand,) = bounded(self.topology, [(ends.src.node, ends.dst.node)], profile)
        except InputError as error:
            for one in error.problems:
                self._lack(replace(one, file=ends.file, line=ends.line), str(one.value))
            return None
        return demand if tier is None else replace(demand, tier=tier.name)

    def _check_address(self, dst: Site, line: int | None) -> None:
        """A site that is measured, and nobody knows where."""
        asked = self.reading.asked
        if dst.addresses:
            return
        if not asked.sites:
            problem = Problem(
                asked.file, line, "nodes have no addresses", None, "sites: with addresses",
                f"In the lab instead: netkit lab run {asked.file}",
            )  # fmt: skip
            self._lack(problem, dst.name)
            return
        lines = dict(zip((one.name for one in asked.sites), asked.site_lines, strict=False))
        what = "a site that is measured has no address"
        problem = Problem(asked.file, lines.get(dst.name, line), what, None, "addresses: a list")
        self._lack(problem, dst.name)

    def _check_once(self, key: tuple[str, str, str], pair: Chosen) -> None:
        """Two flows of one name would share their windows."""
        if key in self._lines:
            src, dst, name = key
            what = f"the flow {name} of this pair is already in line {self._lines[key]}"
            remedy = "Give one of the two measurements another name."
            problem = Problem(self.reading.asked.file, pair.line, what, None, None, remedy)
            self._lack(problem, f"{src} to {dst}")
        self._lines[key] = pair.line

    def _check_round(self, measurement: Measurement) -> None:
        """Rounds that would still run when the next is due, and those too long for a session."""
        reading, how = self.reading, measurement.schedule
        if not how.unread.isdisjoint(_ROUND) or "round_s" in reading.unread.keys:
            reading.hide(Hidden.ROUNDS, measurement.line)
            return
        file, line, round_ns = reading.asked.file, measurement.line, reading.asked.round_ns
        if how.count > KEPT_PROBES:
            self._lack(Problem(file, line, "count", None, f"at most {KEPT_PROBES}"), f"{how.count}")
        takes_ns = round_length_ns(how)
        if round_ns is not None and takes_ns > round_ns:
            problem = Problem(
                file, line, "a round takes longer than round_s", None,
                f"at most {round_ns / NS_PER_S:g} s", "Fewer probes, closer together.",
            )  # fmt: skip
            self._lack(problem, f"{takes_ns / NS_PER_S:g} s")
