"""One neighbour as FRR prints it in JSON: ``format_item_extended_reach`` and its sub-TLVs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from netkit.files.importers.link_state.records import LSP_ID, Pair, Reach, Traffic
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.link_state.values import (
    address,
    capacity_bps,
    delay_us,
    digits,
    groups_of_masks,
    is_anomalous,
    loss_ppb,
    metric,
    structure,
)
from netkit.model.network.advertised import AdvertisedSid
from netkit.model.network.flex_algo import FIRST_FLEX_ALGO

Object = dict[str, Any]

_READ = {
    "id", "mtid", "mtname", "metric", "admgroup", "extendedadmingroup", "linklocalid",
    "linkremoteid", "localifaceip", "remoteifaceip", "localifaceipv6", "remoteifaceipv6",
    "maxbandwithbytessec", "temetric", "avgdelay", "maxmindelay", "delayvariationmicrosec",
    "linkpacketloss", "srv6endxsid", "srv6endsid", "srv6lanendxsid", "asla", "admingroup",
    "legacyflag", "standardapp",
}  # fmt: skip
_SKIPPED = {
    "maxresbandwithbytessec": "reservable bandwidths",
    "unrsvbandwithbytessec": "unreserved bandwidths",
    "unidirresidualbandbytessec": "residual bandwidths",
    "unidiravailablebandbytessec": "available bandwidths",
    "unidirutilizedbandbytessec": "utilized bandwidths",
    "adjsid": "adjacency SIDs of SR-MPLS",
    "lanadjsid": "LAN adjacency SIDs of SR-MPLS",
    "interasteremoteas": "inter-AS links",
    "interasteremoteasbrip": "inter-AS neighbours",
}
_MAX_LINK_ID = 0xFFFF_FFFF
_LENGTHS = ("locblocklen", "locnodelen", "funclen", "arglen")
_ALGORITHMS = {"SPF": 0, "Strict SPF": 1}

_HEX = re.compile(r"0[xX][0-9a-fA-F]{1,16}")
_SR_POLICY, _FLEX_ALGO = 0x40, 0x10
"""Applications that attributes may be meant for (RFC 8919 §4.1, RFC 9350 §12)."""


@dataclass(frozen=True, slots=True)
class FlexNumbers:
    """What tells which Flexible Algorithm it is that FRR prints of an End.X as "Flex-Algo" only:
    the ``locators`` of the router, and the algorithms that it ``takes`` part in."""

    locators: tuple[tuple[IPv6Network, int], ...] = ()
    takes: frozenset[int] = frozenset()

    def number(self, word: object, sid: object) -> int | None:
        """The algorithm of a SID by the word of ``sr_algorithm_string``; None where it is open."""
        known = _ALGORITHMS.get(str(word))
        if known is not None:
            return known
        where = address(sid)
        inside = {
            number
            for prefix, number in self.locators
            if number >= FIRST_FLEX_ALGO and where is not None and IPv6Address(where) in prefix
        }
        found = inside or {number for number in self.takes if number >= FIRST_FLEX_ALGO}
        return next(iter(found)) if len(found) == 1 else None


def reach_of(
    item: Object, topology: int, skipped: Skipped, flex: FlexNumbers = FlexNumbers()
) -> Reach | None:
    """One neighbour; None for what is none."""
    match = LSP_ID.fullmatch(str(item.get("id", "")))
    cost = metric(item.get("metric"))
    if match is None:
        return None
    if cost is None:
        skipped["adjacencies without a metric of 24 bits"] += 1
        return None
    for key in item.keys() - _READ:
        skipped[_SKIPPED.get(key, f"`{key}` of an adjacency")] += 1
    ids = (_stated_id(item.get("linklocalid")), _stated_id(item.get("linkremoteid")))
    return Reach(
        match["system"].lower(), match["circuit"].lower(), cost, topology,
        ipv4=_pair(item, "localifaceip", "remoteifaceip"),
        ipv6=_pair(item, "localifaceipv6", "remoteifaceipv6"),
        ids=ids,
        traffic=_traffic(item, skipped),
        sids=_end_x_sids(item, flex, skipped),
        lan_sids=_lan_sids(item.get("srv6lanendxsid"), flex, skipped),
    )  # fmt: skip


def sid_of(item: Object, algorithm: int, skipped: Skipped) -> AdvertisedSid | None:
    """One SID, with what is said of its parts."""
    try:
        sid = IPv6Address(str(item.get("sidvalue", item.get("sid"))))
    except ValueError:
        skipped["SIDs that are no IPv6 address"] += 1
        return None
    behavior = str(item.get("endpointbehavior", item.get("behavior", "")))
    inner = item.get("subsubtlvs", item)
    parts = inner.get("srv6sidstructure") if isinstance(inner, dict) else None
    lengths = [parts.get(key) for key in _LENGTHS] if isinstance(parts, dict) else None
    known = None if lengths is None else structure(lengths, skipped)
    return AdvertisedSid(sid, algorithm, behavior.startswith(("uN", "uA")), known)


def _end_x_sids(item: Object, flex: FlexNumbers, skipped: Skipped) -> tuple[AdvertisedSid, ...]:
    """FRR 10.1 prints them under two keys, of which the second is a mistake for the first."""
    found = item.get("srv6endxsid", item.get("srv6endsid"))
    return tuple(_sids(found, flex, skipped))


def _sids(items: object, flex: FlexNumbers, skipped: Skipped) -> Iterator[AdvertisedSid]:
    """The End.X of an adjacency, those that the router would not reroute first."""
    found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    for item in sorted(found, key=lambda item: item.get("flagb") in (True, "1")):
        algorithm = flex.number(item.get("algorithm"), item.get("sid"))
        if item.get("flags") in (True, "1"):
            skipped["End.X SIDs of sets of adjacencies"] += 1
            continue
        if algorithm is None:
            skipped["End.X SIDs of a Flexible Algorithm whose number is not printed"] += 1
            continue
        sid = sid_of(item, algorithm, skipped)
        if sid is not None:
            yield sid


def _lan_sids(
    items: object, flex: FlexNumbers, skipped: Skipped
) -> dict[str, tuple[AdvertisedSid, ...]] | None:
    """The End.X of a LAN, by the system that each leads to."""
    if not isinstance(items, list):
        return None
    found: dict[str, tuple[AdvertisedSid, ...]] = {}
    for item in items:
        system = str(item.get("neighborid", "")).lower() if isinstance(item, dict) else ""
        if system:
            found[system] = (*found.get(system, ()), *_sids([item], flex, skipped))
    return found


def _pair(item: Object, near: str, far: str) -> Pair:
    return address(item.get(near)), address(item.get(far))


def _stated_id(value: object) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole and value in range(1, _MAX_LINK_ID + 1) else None


def _traffic(item: Object, skipped: Skipped) -> Traffic:
    """Legacy sub-TLVs; what they do not say, application-specific ones may (RFC 8919)."""
    found = _figures(item)
    if "temetric" in item and found.te_metric is None:
        skipped["TE metrics that are none of 24 bits"] += 1
    for asla in _by_application(item.get("asla")):
        for key in asla.keys() - _READ:
            skipped[_SKIPPED.get(key, f"`{key}` of an application")] += 1
        found.fill(_figures(asla))
    return found


def _by_application(value: object) -> list[Object]:
    """Those for SR policies first, then for Flex-Algo, then others."""
    items = value if isinstance(value, list) else [value]
    found = [item for item in items if isinstance(item, dict)]

    def rank(item: Object) -> int:
        word = str(item.get("standardapp", "0"))
        bits = int(word, 16) if _HEX.fullmatch(word) else 0
        return 0 if bits & _SR_POLICY else 1 if bits & _FLEX_ALGO else 2

    return sorted(found, key=rank)


def _figures(item: Object) -> Traffic:
    least_most, average = item.get("maxmindelay"), item.get("avgdelay")
    both = least_most if isinstance(least_most, dict) else {}
    mean = average if isinstance(average, dict) else {}
    least, _, most = str(both.get("microsec", "")).partition("/")
    lost = item.get("linkpacketloss")
    loss = lost if isinstance(lost, dict) else {}
    return Traffic(
        delay_min_us=delay_us(least),
        delay_max_us=delay_us(most),
        delay_avg_us=delay_us(mean.get("microsec", item.get("avgdelaymicrosec"))),
        anomalous=any(map(is_anomalous, (both.get("delay"), mean.get("delay"), loss.get("loss")))),
        jitter_us=delay_us(item.get("delayvariationmicrosec")),
        # FRR before 10.1 spells it the first way.
        loss_ppb=loss_ppb(loss.get("percentaje", loss.get("percentage"))),
        te_metric=metric(item.get("temetric")),
        capacity_bps=capacity_bps(item.get("maxbandwithbytessec")),
        admin_groups=groups_of_masks(_masks(item)),
    )


def _masks(item: Object) -> Iterator[tuple[int, str]]:
    """Words of 32 bits by their place; the legacy group is the first (RFC 7308 §2.3.1)."""
    for key in ("admgroup", "admingroup"):
        if key in item:
            yield 0, str(item[key])
    yield from words_of(item.get("extendedadmingroup"))


def words_of(group: object) -> Iterator[tuple[int, str]]:
    """The words of an extended admin group by their place."""
    for place, word in group.items() if isinstance(group, dict) else ():
        number = digits(place)
        if number is not None:
            yield number, str(word)
