"""What one flow puts on the network: packets of which length, how often, over which links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, NamedTuple

from netkit.errors import InputError
from netkit.model.measurement.campaign import CampaignFlow, Site
from netkit.model.measurement.campaign_file import Schedule
from netkit.model.units import NS_PER_S
from netkit.planner.coverage.load import FlowLoad, Rate
from netkit.probe.run.flow_setup import least_request_bytes
from netkit.probe.run.flow_setup import send_options as options_of
from netkit.probe.sender.config import CLOSING_GAP_NS
from netkit.wire.srh import source_route
from netkit.workflows.campaigns.ways import is_ipv4

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import Crossings, LinkKey
    from netkit.workflows.replay import SegmentWords

_IPV4_BYTES, _IPV6_BYTES, _UDP_BYTES = 20, 40, 8
_BITS = 8


class Ways(NamedTuple):
    """What flows cross in one topology, and what the SIDs of their lists mean there."""

    crossings: Crossings
    words: SegmentWords


def round_length_ns(how: CampaignFlow | Schedule) -> int:
    """From the first probe of a round to its last timeout, at the most on average.

    The start within the first interval, the closing probe and the grace of late answers counted.
    """
    sending_ns = how.count * how.interval_ns + CLOSING_GAP_NS
    return sending_ns + 2 * how.timeout_ns


def request_bytes(flow: CampaignFlow, asked: int | None, dst: Site) -> int:
    """The UDP payload of the flow's probes: ``asked``, or the least with all that they ask for.

    Raises :class:`~netkit.errors.InputError` for a size that they cannot have.
    """
    return least_request_bytes(options_of(flow), asked, authenticated=dst.key_file is not None)


def flow_load(
    flow: CampaignFlow,
    site: Mapping[str, Site],
    ways: Ways | None,
) -> FlowLoad:
    """The rates of a flow while it sends, and the links that it may cross by ``ways``."""
    src, dst = site[flow.src], site[flow.dst]
    header = _IPV4_BYTES if dst.addresses and is_ipv4(dst.addresses[0]) else _IPV6_BYTES
    pps = NS_PER_S / flow.interval_ns
    bare = header + _UDP_BYTES + flow.request_bytes
    there, back = (
        Rate(pps, pps * _BITS * (bare + _routing_bytes(segments)))
        for segments in (flow.segments, flow.return_segments)
    )
    return FlowLoad(
        flow.src, flow.dst, there, back,
        _links(src, dst, flow.segments, ways),
        _links(dst, src, flow.return_segments, ways),
    )  # fmt: skip


def _routing_bytes(segments: Sequence[str]) -> int:
    """The routing header of a packet over these SIDs, its last destination after them."""
    if not segments:
        return 0
    return len(source_route([*map(IPv6Address, segments), IPv6Address("::1")]))


def _links(
    src: Site, dst: Site, segments: tuple[str, ...], ways: Ways | None
) -> frozenset[LinkKey] | None:
    """Of the certified path; None where a site has no node, or nobody in the topology a SID."""
    if ways is None or src.node is None or dst.node is None:
        return None
    try:
        crossing = ways.crossings.of(src.node, dst.node, ways.words.segments(segments))
    except InputError:
        return None
    return None if crossing is None else crossing.possible
