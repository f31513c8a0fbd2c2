"""The IS-IS database as FRR prints it: ``show isis database detail json``.

Read of each LSP: its id, ``hostname``, and for each neighbour (``ext-reach``, ``mt-reach``) the
metric, interface addresses, the delay of RFC 8570 (the minimum, as Flex-Algo takes it; else the
average), the bandwidth; and the SRv6 locator. A broadcast network becomes links between each two of
its routers, of one shared risk.

FRR 8 prints only the last LSP of a level, and up to 10 only the last neighbour of an LSP: then what
one end reports counts for both. Newer ones print lists, and so does repeating the key; or files
hold several documents, one an LSP. Keys are hyphenated or, in newer versions, in camel case.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Network
from itertools import pairwise
from pathlib import PurePath

from netkit.errors import InputError
from netkit.files.importers.build import build
from netkit.files.importers.drafts import ArcDraft, NodeDraft
from netkit.files.importers.imported import Imported, Options
from netkit.files.importers.link_state import (
    admin_groups_of,
    capacity_of,
    delay_of,
    known_ends,
    locator_of,
    metric_of,
    quality_of,
    two_way_links,
)
from netkit.files.reading.findings import Findings
from netkit.files.reading.json_source import Object, objects, parse_json
from netkit.files.reading.numbers import number_of

_LSP_ID = re.compile(r"(?P<system>.{1,255})\.(?P<circuit>[0-9a-fA-F]{2})(-[0-9a-fA-F]{2})?")
_SYSTEM_ID = re.compile(r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}")
_REACH = re.compile(r"(ext|mt|old|extended)[-_]?reach(ability)?", re.IGNORECASE)
_ADDRESSES = (
    ("local-iface-ip", "remote-iface-ip"),
    ("local-iface-ipv6", "remote-iface-ipv6"),
    ("local-ip", "remote-ip"),
    ("local-ipv6", "remote-ipv6"),
)
_OWN_CIRCUIT = "00"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass
class _System:
    """All fragments of one router, or of one broadcast network."""

    key: str
    circuit: str
    hostname: str | None = None
    parts: list[Object] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.key if self.circuit == _OWN_CIRCUIT else f"{self.key}.{self.circuit}"


def parse_frr(text: str, file: str, options: Options) -> Imported:
    """Read a database.

    Raises:
        InputError: no JSON, or no LSPs in it.
    """
    findings = Findings(file)
    document = parse_json(text, file, _hyphened)
    systems = _systems(document)
    if not systems:
        raise InputError.single("no LSPs", file=file, expected="show isis database detail json")
    _note_unprinted(findings, document)
    routers = [system for system in systems.values() if system.circuit == _OWN_CIRCUIT]
    nodes = [
        NodeDraft(router.key, router.hostname or router.key, locator=_locator(router))
        for router in routers
    ]
    arcs = [arc for system in systems.values() for arc in _arcs(findings, system)]
    _name_by_address(findings, arcs, {node.key for node in nodes})
    by_name = any(_SYSTEM_ID.fullmatch(node.key) is None for node in nodes)
    remedy = "`no hostname dynamic` makes FRR print system ids" if by_name else None
    arcs = known_ends(findings, _without_networks(arcs, systems), nodes, remedy)
    cut = frozenset(router.key for router in routers if _is_cut(router))
    links = two_way_links(findings, arcs, both_ways=cut)
    return build(findings, PurePath(file).stem, "IS-IS database", nodes, links, options)


def _hyphened(key: str) -> str:
    """Old versions print ``ext-reach`` where newer ones print ``extReach``."""
    return _HUMP.sub("-", key).lower()


def _note_unprinted(findings: Findings, document: object) -> None:
    """FRR 8 counts all LSPs of a level and prints the last."""
    for level in objects(document):
        count = number_of(level.text("count"))
        printed = sum(1 for _ in _lsps(level))
        if count is not None and 0 < printed < count:
            findings.note(
                None, f"{count:.0f} LSPs are in the database, {printed} of them printed",
                remedy="`show isis database detail LSP-ID json` prints one; all into one file will "
                "do. A newer FRR prints them all",
            )  # fmt: skip


def _systems(document: object) -> dict[str, _System]:
    systems: dict[str, _System] = {}
    for lsp in _lsps(document):
        found = _LSP_ID.fullmatch(lsp.section("lsp").text("id") or "")
        if found is None:
            continue
        new = _System(found["system"], found["circuit"].lower())
        system = systems.setdefault(new.id, new)
        system.hostname = system.hostname or lsp.text("hostname")
        system.parts.append(lsp)
    return systems


def _lsps(document: object) -> Iterator[Object]:
    """Every LSP; an object that holds several in a row is cut where the next begins."""
    for found in objects(document):
        starts = [place for place, (key, _) in enumerate(found.pairs) if key == "lsp"]
        for start, end in pairwise([*starts, len(found.pairs)]):
            yield Object(found.pairs[start:end])


def _reached(lsp: Object) -> list[Object]:
    """The neighbours; one that is listed for two topologies counts as in the first of them."""
    found: dict[str | None, list[Object]] = {}
    for key in dict.fromkeys(key for key, _ in lsp.pairs if _REACH.fullmatch(key)):
        listed: dict[str | None, list[Object]] = defaultdict(list)
        for item in lsp.all(key):
            listed[item.text("id")].append(item)
        found = {**listed, **found}
    return [item for items in found.values() for item in items]


def _is_cut(router: _System) -> bool:
    """Whether the router may have neighbours that were not printed."""
    return any(
        isinstance(value, Object) and _REACH.fullmatch(key) is not None
        for part in router.parts
        for key, value in part.pairs
        if len(_reached(part)) == 1
    )


def _arcs(findings: Findings, system: _System) -> list[ArcDraft]:
    """What a system reports; an adjacency of both levels is one, parallel ones stay apart."""
    arcs: Counter[ArcDraft] = Counter()
    for part in system.parts:
        reached = _reached(part)
        found = []
        for item in reached:
            about = Object((*part.pairs, *item.pairs)) if len(reached) == 1 else item
            found.append(_arc(findings, system, item, about))
        arcs |= Counter(arc for arc in found if arc is not None)
    return list(arcs.elements())


def _arc(findings: Findings, system: _System, item: Object, about: Object) -> ArcDraft | None:
    """One neighbour; ``about`` holds its sub-TLVs, which FRR prints beside it."""
    found = _LSP_ID.fullmatch(item.text("id") or "")
    if found is None:
        findings.note(None, f"{system.id}: a neighbour without an id is left out", item.text("id"))
        return None
    circuit = found["circuit"].lower()
    dst = found["system"] if circuit == _OWN_CIRCUIT else f"{found['system']}.{circuit}"
    where = f"adjacency {system.id} to {dst}"
    if system.circuit != _OWN_CIRCUIT:
        return ArcDraft(system.id, dst, metric=0)
    metric = metric_of(findings, where, item.text("metric"))
    if metric is None:
        return None
    ends = next((pair for keys in _ADDRESSES if all(pair := _texts(about, keys))), None)
    return ArcDraft(
        system.id, dst,
        delay_us=delay_of(findings, where, _delay_word(about)),
        metric=metric,
        capacity_bps=capacity_of(_bandwidth_word(about)),
        admin_groups=admin_groups_of(about.text("adm-group")),
        mark=None if ends is None else tuple(sorted(map(str, ends))),
        quality=quality_of(
            findings, where,
            jitter_us=about.text("delay-variation-micro-sec"),
            loss_percent=about.section("link-packet-loss").text("percentaje"),  # as FRR spells it
            te_metric=about.text("te-metric"),
        ),
    )  # fmt: skip


def _texts(about: Object, keys: tuple[str, str]) -> tuple[str | None, str | None]:
    return about.text(keys[0]), about.text(keys[1])


def _delay_word(about: Object) -> str | None:
    """``"100 / 200"`` is minimum and maximum."""
    word = about.section("max-min-delay").text("micro-sec")
    if word is not None:
        return word.partition("/")[0].strip()
    return about.section("avg-delay").text("micro-sec") or about.text("avg-delay-micro-sec")


def _bandwidth_word(about: Object) -> str | None:
    keys = ("max-bandwith-bytes-sec", "max-bandwidth-bytes-sec")  # FRR spells it the first way
    return next((word for key in keys if (word := about.text(key)) is not None), None)


def _locator(router: _System) -> IPv6Network | None:
    return next((found for part in router.parts if (found := locator_of(part)) is not None), None)


def _name_by_address(findings: Findings, arcs: list[ArcDraft], known: set[str]) -> None:
    """LSPs go by host name and neighbours by system id: the two ends of a link tell who is who."""
    by_link: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for arc in arcs:
        if arc.mark is not None:
            by_link[arc.mark].add(arc.src)
    names: dict[str, str] = {}
    for arc in arcs:
        others = by_link.get(arc.mark or (), set()) - {arc.src}
        if arc.dst not in known and len(others) == 1:
            names.setdefault(arc.dst, next(iter(others)))
    for system, name in names.items():
        findings.note(None, f"system {system} is {name}, as the addresses of its links tell")
    arcs[:] = [replace(arc, dst=names.get(arc.dst, arc.dst)) for arc in arcs]


def _without_networks(arcs: list[ArcDraft], systems: dict[str, _System]) -> list[ArcDraft]:
    """Broadcast networks as links between each two routers on them."""
    networks = {id_ for id_, system in systems.items() if system.circuit != _OWN_CIRCUIT}
    members: dict[str, list[ArcDraft]] = defaultdict(list)
    for arc in arcs:
        if arc.dst in networks:
            members[arc.dst].append(arc)
    between = [
        replace(mine, dst=other.src, mark=("lan", network), srlgs=frozenset({f"lan-{network}"}))
        for network, ends in members.items()
        for mine in ends
        for other in ends
        if mine.src != other.src
    ]
    rest = [arc for arc in arcs if arc.dst not in networks and arc.src not in networks]
    return rest + between
