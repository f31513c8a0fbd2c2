"""From stored windows to the links that explain what changed in a campaign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from netkit.errors import ReplayError
from netkit.model.measurement.campaign import FieldCampaign
from netkit.model.measurement.window import Window, WindowSelection
from netkit.model.monitoring.alarm import Way
from netkit.model.network.topology import Topology
from netkit.model.srv6.route import Route
from netkit.model.srv6.segment_list import Segment
from netkit.model.units import NS_PER_S
from netkit.monitor.changes.clocks import moved_between
from netkit.monitor.changes.compare import FlowChange, FlowKey, by_flow, compare
from netkit.monitor.changes.judge import USUAL, Sensitivity
from netkit.monitor.locate.evidence import Evidence, Quantity
from netkit.monitor.locate.locate import locate
from netkit.monitor.outcomes import Located
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.routes import Routes
from netkit.workflows.monitoring.mesh import MeshReader
from netkit.workflows.replay import SegmentWords

_OVER_NS, _AGAINST_NS = 300 * NS_PER_S, 3600 * NS_PER_S

FlowRoutes = Mapping[tuple[FlowKey, Way], Route]


def flow_routes(campaign: FieldCampaign, topology: Topology) -> FlowRoutes:
    """The branches of every flow between sites that stand for nodes, there, back and both.

    A flow that the topology does not carry as the campaign has it is not among them. Raises
    :class:`~netkit.errors.InputError` for SIDs that nobody has.
    """
    routes = Routes(Igp.of(Network.of(topology)))
    lists = _lists(campaign, topology)
    found: dict[tuple[FlowKey, Way], Route] = {}
    for flow in campaign.flows:
        src, dst = campaign.site(flow.src).node, campaign.site(flow.dst).node
        if src is None or dst is None:
            continue
        try:
            there = routes.route(src, dst, lists[flow.segments])
            back = routes.route(dst, src, lists[flow.return_segments])
        except ReplayError:
            continue
        key = FlowKey(flow.src, flow.dst, flow.name)
        found[key, Way.FORWARD], found[key, Way.BACKWARD] = there, back
        found[key, Way.ROUND_TRIP] = there.then(back)
    return found


def _lists(
    campaign: FieldCampaign, topology: Topology
) -> Mapping[tuple[str, ...], tuple[Segment, ...]]:
    """The segments of every list of the campaign, each worked out once."""
    lists = {one for flow in campaign.flows for one in (flow.segments, flow.return_segments)}
    words = SegmentWords(topology)
    return {sids: words.segments(sids) for sids in sorted(lists)}


def located(
    routes: FlowRoutes,
    before: Iterable[Window],
    now: Iterable[Window],
    quantities: Sequence[Quantity] = tuple(Quantity),
    sensitivity: Sensitivity = USUAL,
) -> tuple[Located, ...]:
    """Compare two spans of windows and locate what changed, for each of ``quantities``. What is
    read off a clock that moved is no evidence of links."""
    spans = by_flow(before), by_flow(now)
    moved = moved_between(*spans)
    return tuple(
        replace(
            _located(routes, compare(*spans, one, sensitivity, moved), one, sensitivity),
            clocks=moved,
        )
        for one in quantities
    )


def usual_spans_ns(reader: MeshReader, until_ns: int) -> tuple[int, int]:
    """How long before a time is judged, and how long before that is the baseline: five minutes and
    an hour, or by rounds two of them, in which each flow has a window, and seven, in which there
    are enough. An agent's windows follow each other, whatever the rounds of its campaign."""
    period_ns = 0 if reader.expected is None else reader.expected.period_ns
    if reader.expected is not None and 2 * period_ns > _OVER_NS:
        asked = WindowSelection(
            reader.campaign, since_ns=until_ns - 2 * _OVER_NS, until_ns=until_ns
        )
        for windows in by_flow(reader.store.windows(asked, ipdv=False)).values():
            starts = [one.key.start_ns for one in windows]
            if reader.expected.apart_ns(starts, 0) == 0:
                period_ns = 0
    return max(_OVER_NS, 2 * period_ns), max(_AGAINST_NS, 7 * period_ns)


def locate_at(
    reader: MeshReader,
    routes: FlowRoutes,
    times_ns: tuple[int, int, int],
    quantities: Sequence[Quantity] = tuple(Quantity),
) -> tuple[Located, ...]:
    """The same from a store: from the first of ``times_ns`` to the second is the baseline, from
    there to the third what is judged."""
    before_ns, since_ns, until_ns = times_ns
    before, now = reader.read(before_ns, since_ns), reader.read(since_ns, until_ns)
    return located(routes, before, now, quantities)


def _located(
    routes: FlowRoutes, changes: tuple[FlowChange, ...], quantity: Quantity, fine: Sensitivity
) -> Located:
    evidence = [
        Evidence(flow_name(one.key, one.way), routes[one.key, one.way], one.statement, one.seen)
        for one in changes
        if (one.key, one.way) in routes
    ]
    unrouted = {one.key for one in changes if (one.key, one.way) not in routes}
    found = locate(quantity, evidence, fine.of(quantity))
    return Located(found, changes, tuple(sorted(unrouted)))


def flow_name(key: FlowKey, way: Way) -> str:
    """A way of a flow in a word: from where to where, and of which flow.

    >>> flow_name(FlowKey("a", "b", "main"), Way.BACKWARD)
    'b > a (main of a)'
    """
    if way is Way.FORWARD:
        return f"{key.src} > {key.dst} ({key.flow})"
    if way is Way.BACKWARD:
        return f"{key.dst} > {key.src} ({key.flow} of {key.src})"
    return f"{key.src} > {key.dst} > {key.src} ({key.flow})"
