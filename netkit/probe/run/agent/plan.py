"""What an agent at a site has to do, from its campaigns: whom to probe and how, whom to answer."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.errors import InputError, Problem, did_you_mean
from netkit.model.measurement.campaign import CampaignFlow, ClockKind, FieldCampaign, Site
from netkit.model.measurement.window import PathInForce
from netkit.model.units import NS_PER_S
from netkit.probe.agent.flow import (
    AgentFlow,
    Destination,
    FlowKey,
    number_of,
    ssids,
)
from netkit.probe.agent.reflected.flow import AnsweredFlow
from netkit.probe.agent.rows import settle_ns
from netkit.probe.reflector.engine import MAX_SESSIONS
from netkit.probe.sender.request import smallest_request
from netkit.probe.sender.starts import start_offset_ns
from netkit.wire.return_path import ReturnPath
from netkit.wire.tlv import Tlv, TlvType
from netkit.wire.tlv_values import ClassOfService

_LEAST_RATE = 200.0
_SPARE = 2.0
_SHARES = 16
_HOUR_NS = 3600 * NS_PER_S


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """The flows that a site sends, and where its reflector listens.

    ``requests_per_s`` is what the campaigns will send to it in all, in the flows that it
    ``answers``, authenticated with ``hmac_key`` unless that is None. ``returns`` are the segments,
    and no others, that its replies may be asked to take.
    """

    site: Site
    flows: tuple[AgentFlow, ...]
    requests_per_s: float = 0
    answers: tuple[AnsweredFlow, ...] = ()
    hmac_key: bytes | None = field(default=None, repr=False)
    returns: tuple[IPv6Network, ...] = ()

    @property
    def source_rate(self) -> float:
        """How many requests a second the reflector takes of one network at most."""
        return max(_LEAST_RATE, _SPARE * self.requests_per_s)

    @property
    def sessions(self) -> int:
        """How many sessions it remembers: all may be of one address, which gets a 16th."""
        return max(MAX_SESSIONS, _SHARES * len(self.answers))


def key_files(campaigns: Sequence[FieldCampaign], site: str, *, reflects: bool) -> list[str]:
    """The files of the keys that ``site`` needs: those of its peers, and its own if it reflects."""
    needed: set[str | None] = set()
    for campaign in campaigns:
        asked = {flow.dst for flow in campaign.sent_by(site)} | ({site} if reflects else set())
        needed |= {one.key_file for one in campaign.sites if one.name in asked}
    return sorted(file for file in needed if file is not None)


def agent_plan(
    campaigns: Sequence[FieldCampaign], site: str, keys: Mapping[str, bytes] | None = None
) -> AgentPlan:
    """The share of ``site``; raises :class:`InputError` with all that cannot be done.

    ``keys`` are those of its :func:`key_files`.
    """
    keys = keys or {}
    problems: list[Problem] = []
    problems += [
        _problem(
            "length of windows", f"{each.window_ns / NS_PER_S:g} s", "one that divides an hour"
        )
        for each in campaigns
        if _HOUR_NS % each.window_ns
    ]
    places = [_site(campaign, site, problems) for campaign in campaigns]
    _once(campaigns, problems)
    mine = [(campaign, flow) for campaign in campaigns for flow in campaign.sent_by(site)]
    numbers = {} if problems else _numbers(campaigns, problems)
    flows = [_flow(campaign, flow, numbers, keys, problems) for campaign, flow in mine]
    _one_place([place for place in places if place is not None], problems)
    if problems:
        raise InputError(problems)
    answered = [(campaign, flow) for campaign in campaigns for flow in campaign.answered_by(site)]
    rate = sum(NS_PER_S / flow.interval_ns for _, flow in answered)
    place = next(place for place in places if place is not None)
    own_key = None if place.key_file is None else keys.get(place.key_file)
    made = tuple(flow for flow in flows if flow is not None)
    back = {segment for _, flow in answered for segment in flow.return_segments}
    returns = tuple(sorted(map(IPv6Network, back)))
    return AgentPlan(place, made, rate, _answers(answered, numbers), own_key, returns)


def _numbers(campaigns: Sequence[FieldCampaign], problems: list[Problem]) -> dict[FlowKey, int]:
    """Those of all flows, whoever sends them: each end works them out by itself."""
    try:
        return ssids(_key(one, flow) for one in campaigns for flow in one.flows)
    except InputError as error:
        problems += error.problems
        return {}


def _answers(
    answered: Sequence[tuple[FieldCampaign, CampaignFlow]], numbers: Mapping[FlowKey, int]
) -> tuple[AnsweredFlow, ...]:
    """What comes from peers, by the numbers that they give it."""
    return tuple(
        AnsweredFlow(
            key := _key(campaign, flow), numbers[key], campaign.site(flow.src).addresses,
            campaign.window_ns, settle_ns(flow), _is_free(campaign.site(flow.dst)),
        )
        for campaign, flow in answered
    )  # fmt: skip


def _site(campaign: FieldCampaign, name: str, problems: list[Problem]) -> Site | None:
    try:
        return campaign.site(name)
    except KeyError:
        names = [site.name for site in campaign.sites]
        remedy = did_you_mean(name, names)
        expected = f"a site of {campaign.name}"
        problems.append(Problem(None, None, "unknown site", name, expected, remedy, "site"))
        return None


def _once(campaigns: Sequence[FieldCampaign], problems: list[Problem]) -> None:
    """Two campaigns of one name would share their windows."""
    for name, count in Counter(campaign.name for campaign in campaigns).items():
        if count > 1:
            problems.append(_problem("campaigns of one name", name, "a name for each"))


def _one_place(places: Sequence[Site], problems: list[Problem]) -> None:
    """One agent has one port, interface and key."""
    for what in ("port", "interface", "key_file"):
        values = {getattr(place, what) for place in places}
        if len(values) > 1:
            told = " and ".join(sorted(map(str, values)))
            problems.append(_problem(f"{what} of a site in several campaigns", told, "one"))


def _flow(
    campaign: FieldCampaign,
    flow: CampaignFlow,
    numbers: dict[FlowKey, int],
    keys: Mapping[str, bytes],
    problems: list[Problem],
) -> AgentFlow | None:
    key, there = _key(campaign, flow), campaign.site(flow.dst)
    segments = tuple(map(IPv6Address, flow.segments))
    back = tuple(map(IPv6Address, flow.return_segments))
    if segments and not any(map(_is_ipv6, there.addresses)):
        problems.append(_problem("segment list", f"to {flow.dst}", "a site with an IPv6 address"))
        return None
    tlvs = _tlvs(there, flow, segments, back)
    hmac_key = None if there.key_file is None else keys[there.key_file]
    least = smallest_request(tlvs, authenticated=hmac_key is not None)
    return AgentFlow(
        key,
        Destination(
            there.addresses, there.port, campaign.site(flow.src).interface, flow.dscp, segments,
            hmac_key,
        ),
        numbers.get(key, 0), flow.interval_ns, flow.timeout_ns, campaign.window_ns,
        start_offset_ns(campaign.name, campaign.seed, flow, 0, flow.interval_ns), number_of(key),
        flow.poisson,
        max(flow.request_bytes, least) if tlvs else flow.request_bytes,
        tlvs, PathInForce(campaign.plan_digest, flow.segment_list), flow.bound_us,
        (_is_free(campaign.site(flow.src)), _is_free(there)),
    )  # fmt: skip


def _tlvs(
    there: Site, flow: CampaignFlow, segments: Sequence[IPv6Address], back: Sequence[IPv6Address]
) -> tuple[Tlv, ...]:
    """What a flow asks for besides what every probe asks for, as ``probe send`` does."""
    asked: list[Tlv] = []
    if flow.dscp:
        asked.append(Tlv(TlvType.CLASS_OF_SERVICE, ClassOfService(flow.dscp).to_value()))
    if segments:
        # A list may end anywhere: the reflector that answers shall be the one that is meant.
        node = next(IPv6Address(one) for one in there.addresses if _is_ipv6(one))
        asked.append(Tlv(TlvType.DESTINATION_NODE_ADDRESS, node.packed))
    if back:
        asked.append(Tlv(TlvType.RETURN_PATH, ReturnPath(segments=tuple(back)).to_value()))
    return tuple(asked)


def _is_free(site: Site) -> bool:
    return site.clock is ClockKind.FREE_RUNNING


def _is_ipv6(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).version == 6
    except ValueError:
        return False


def _key(campaign: FieldCampaign, flow: CampaignFlow) -> FlowKey:
    return FlowKey(campaign.name, flow.src, flow.dst, flow.name)


def _problem(what: str, value: object, expected: str) -> Problem:
    return Problem(None, None, what, str(value), expected)
