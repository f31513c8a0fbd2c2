"""A network, a plan on it, a survey of its links, and windows as that survey would measure them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from goldens import ROOT
from measured_windows import BEGIN_NS, MINUTE_NS, direction, window

from netkit.api import load_topology, plan
from netkit.model.measurement.window import Window
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.srv6.node_sids import end_x_sid
from netkit.model.verdict import Verdict
from netkit.monitor.loop.link_delays import LinkKey
from netkit.monitor.loop.observed import FlowKey, SurveyedPaths
from netkit.monitor.loop.survey import smallest_survey

SURVEY = "links"


@dataclass(frozen=True)
class Surveyed:
    topology: Topology
    plan: Plan
    flows: Mapping[FlowKey, SurveyedPaths]

    def truth(self, **creep_us: int) -> dict[LinkKey, int]:
        """The delay of every link, where ``creep_us`` names links that are that much longer."""
        return {
            arc.key: arc.delay_us + creep_us.get(arc.link_id, 0)
            for arc in self.topology.adjacencies
        }

    def windows(
        self, minute: int, truth: Mapping[LinkKey, int], uncertainty_us: float | None = 5
    ) -> list[Window]:
        """A minute's windows of every flow; each delay varies by some µs above the least."""
        return [
            replace(
                window(*key[:2], minute, flow=key[2], bound_us=None),
                forward=_seen(paths.there, truth, uncertainty_us),
                backward=_seen(paths.back, truth, uncertainty_us),
            )
            for key, paths in self.flows.items()
        ]


def now_ns(minute: float) -> int:
    return BEGIN_NS + round(minute * MINUTE_NS)


def pair_window(src: str, dst: str, minute: int, verdict: Verdict) -> Window:
    """What the customers of a pair measure over its policy."""
    return window(src, dst, minute, verdict=verdict)


def region(*pairs: tuple[str, str], bound_us: int = 5_000) -> Surveyed:
    """The lab's region with a probe at every router."""
    topology = load_topology(ROOT / "topologies" / "lab-region.yaml")
    survey = smallest_survey(topology, set(topology.node))
    flows = {
        (one.src, one.dst, f"{SURVEY}-{number}"): SurveyedPaths(one.links, one.back)
        for number, one in enumerate(survey.sessions)
    }
    return Surveyed(topology, plan(topology, pairs), flows)


def _seen(
    links: tuple[LinkKey, ...] | None, truth: Mapping[LinkKey, int], uncertainty_us: float | None
):
    least_us = sum(truth[link] for link in links or ())
    return direction([least_us + extra for extra in (7, 0, 3)], Verdict.UNKNOWN, uncertainty_us)


def links_campaign(region: Topology, file: object) -> str:
    """A site at every router, a session over every link, and one for a pair; ``region`` in
    ``file``."""
    lines = ["name: links", f"topology: {file}", "sites:"]
    lines += [
        f'  - {{name: {node.name}, node: {node.name}, addresses: ["2001:db8::{node.sid_index}"]}}'
        for node in region.active_nodes
    ]
    lines += ["measure:", "  - {pairs: [{src: hangzhou, dst: wuhu-dc}], name: main}"]
    for number, one in enumerate(smallest_survey(region, set(region.node)).sessions):
        there, back = (
            str([str(end_x_sid(region, region.adjacency[link])) for link in way])
            for way in (one.links, one.back)
        )
        lines.append(
            f"  - {{pairs: [{{src: {one.src}, dst: {one.dst}}}], name: l{number}, "
            f"path: {there}, return_path: {back}}}"
        )
    return "\n".join(lines) + "\n"
