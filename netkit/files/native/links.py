"""The links of a native topology file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from netkit.files.native.advertised import read_sids_both_ways
from netkit.files.native.checks import Placed
from netkit.files.native.link_delays import DELAY_KEYS, read_both_ways, read_delay
from netkit.files.native.link_ends import read_ends
from netkit.files.native.link_quality import (
    LINK_KEYS,
    Quality,
    read_least_delay,
    read_quality,
)
from netkit.files.native.nodes import Defaults, known_name, read_status
from netkit.files.reading.yaml_sections import Section, section_of
from netkit.model.network.elements import MAX_LINK_METRIC, Link, LinkKind, Node
from netkit.model.units import BPS_PER_GBPS

MIN_METRIC = 0
"""A link may cost nothing; a ring of such links is for the planner to see through."""

MAX_METRIC = 0xFF_FFFE
"""Largest wide metric that SPF uses; one more means "not for SPF" (RFC 5305 §3)."""

MAX_CAPACITY_BPS = 10**15
MIN_CAPACITY_GBPS = 0.000001

LINK_ID = re.compile(r"\w[\w.,+~@()'&?!#=%:>-]{0,159}")
LINK_ID_WORDS = (
    "1 to 160 letters, digits and . , + ~ @ ( ) ' & ? ! # = % : > _ -, "
    "the first a letter, digit or _"
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_WORDS = "a day in quotes, such as '2026-11-22'"
GROUP = re.compile(r"(?!fabric:)[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}")
GROUP_WORDS = "1 to 64 of A-Z, a-z, 0-9, '.', '_', ':', '~', '-', not starting with 'fabric:'"

CAPACITY_KEYS = ("capacity_gbps", "capacity_bps")
_LINK_KEYS = (
    "id", "a", "b", *DELAY_KEYS, "metric", *CAPACITY_KEYS, "srlgs", "admin_groups", "kind",
    "status", "one_way", "measured_on", "min_delay_us", "sids", "lan", "ends", *LINK_KEYS,
)  # fmt: skip
_FILE_KINDS = (LinkKind.TRUNK, LinkKind.DIRECT_CONNECT)


def read_links(
    root: Section, nodes: Mapping[str, Node], names: frozenset[str], defaults: Defaults
) -> list[Placed[Link]]:
    """Every link that can be made between ``nodes``; ``names`` has the unreadable ones too."""
    links = []
    pairs: Counter[tuple[str, str]] = Counter()
    for section in root.sections("links", required=False):
        link = _link(section, nodes, names, defaults, pairs)
        if link is not None:
            links.append(Placed(link, section.line))
    return links


def read_capacity(section: Section, default: int | None) -> int | None:
    """Bits per second, from ``capacity_gbps`` or ``capacity_bps``."""
    gbps = section.number(
        "capacity_gbps",
        low=MIN_CAPACITY_GBPS,
        high=MAX_CAPACITY_BPS // BPS_PER_GBPS,
        required=False,
    )
    bps = section.integer("capacity_bps", low=1, high=MAX_CAPACITY_BPS, required=False)
    if all(key in section for key in CAPACITY_KEYS):
        section.problem("the capacity is given twice", "capacity_gbps or capacity_bps")
    if gbps is not None:
        return round(gbps * BPS_PER_GBPS)
    return default if bps is None else bps


def _link(
    section: Section,
    nodes: Mapping[str, Node],
    names: frozenset[str],
    defaults: Defaults,
    pairs: Counter[tuple[str, str]],
) -> Link | None:
    a, b = (read_end(section, key, names) for key in ("a", "b"))
    given, id_ba = _ids(section)
    id_ = given or _default_id(a, b, pairs)
    if id_ is not None:
        section.label = f"link {id_}"
    section.allow(*_LINK_KEYS)
    at_a, at_b = (nodes.get(name) for name in (a or "", b or ""))
    delay = read_delay(section, at_a, at_b, defaults.rule)
    metric = read_both_ways(section, "metric", MIN_METRIC, MAX_LINK_METRIC) or (
        defaults.metric,
        defaults.metric,
    )
    kind = section.choice("kind", _FILE_KINDS, required=False) or LinkKind.TRUNK
    capacity_bps = read_capacity(section, defaults.capacity_bps)
    srlgs, groups = read_groups(section, "srlgs"), read_groups(section, "admin_groups")
    status = read_status(section)
    one_way = section.flag("one_way")
    quality = read_quality(section, defaults.cost, defaults.mtu_bytes)
    day = section.text("measured_on", DAY, DAY_WORDS, required=False)
    if a is None or b is None or id_ is None or delay is None:
        return None
    link = Link(
        id_, a, b, delay.ab_us, delay.ba_us, metric[0], metric[1], delay.basis, kind, capacity_bps,
        delay.length_km, srlgs, groups, None, status, id_ba, day,
    )  # fmt: skip
    link = _advertised(section, link)
    if one_way:
        return _with(_one_way(section, link, alike=quality.alike), quality.one_way())
    return _with(link, quality)


def _advertised(section: Section, link: Link) -> Link:
    """The link with what link-state databases say of it beside its figures."""
    least = read_least_delay(section)
    sids_ab, sids_ba = read_sids_both_ways(section)
    lan = section.text("lan", GROUP, GROUP_WORDS, required=False)
    end_a, end_b = read_ends(section)
    return replace(
        link, min_delay_ab_us=least[0], min_delay_ba_us=least[1], sids_ab=sids_ab, sids_ba=sids_ba,
        lan=lan, end_a=end_a, end_b=end_b,
    )  # fmt: skip


def _with(link: Link, quality: Quality) -> Link:
    (jitter_ab_us, jitter_ba_us), (loss_ab_ppb, loss_ba_ppb) = quality.jitter_us, quality.loss_ppb
    te_metric_ab, te_metric_ba = quality.te_metric
    return replace(
        link, jitter_ab_us=jitter_ab_us, jitter_ba_us=jitter_ba_us, loss_ab_ppb=loss_ab_ppb,
        loss_ba_ppb=loss_ba_ppb, te_metric_ab=te_metric_ab, te_metric_ba=te_metric_ba,
        cost=quality.cost, mtu_bytes=quality.mtu_bytes,
    )  # fmt: skip


def _one_way(section: Section, link: Link, *, alike: bool) -> Link:
    """The link without its way back, of which nothing may then be said."""
    ways = (
        link.id_ba is None,
        link.delay_ab_us == link.delay_ba_us,
        link.metric_ab == link.metric_ba,
        link.min_delay_ba_us in (None, link.min_delay_ab_us),
        not link.sids_ba,
        alike,
    )
    if not all(ways):
        section.problem("a one-way link says something of its way back", "one figure for each key")
    return replace(link, delay_ba_us=None, metric_ba=None, min_delay_ba_us=None, id_ba=None)


def _ids(section: Section) -> tuple[str | None, str | None]:
    """One name for the link, or ``{ab: …, ba: …}`` where each direction has its own."""
    value = section.get("id")
    ways = section_of(value) if value is not None and value.is_mapping else None
    if ways is None:
        return section.text("id", LINK_ID, LINK_ID_WORDS, required=False), None
    ways.allow("ab", "ba")
    ab, ba = (ways.text(way, LINK_ID, LINK_ID_WORDS) for way in ("ab", "ba"))
    return ab, ba


def read_end(section: Section, key: str, names: frozenset[str]) -> str | None:
    """The name of a node of the file, at one end of a link or leg."""
    value = section.get(key, required=True)
    return None if value is None else known_name(value, names, "a node")


def _default_id(a: str | None, b: str | None, pairs: Counter[tuple[str, str]]) -> str | None:
    """``a~b``; the second such link between the two, in whichever order, is ``a~b~2``."""
    if a is None or b is None:
        return None
    pair = (min(a, b), max(a, b))
    pairs[pair] += 1
    return f"{a}~{b}" if pairs[pair] == 1 else f"{a}~{b}~{pairs[pair]}"


def read_groups(section: Section, key: str) -> frozenset[str]:
    """Names of groups or risks, as links write them."""
    items = section.items(key, required=False)
    words = [item.text(GROUP, GROUP_WORDS) for item in items]
    return frozenset(word for word in words if word is not None)
