"""BGP-LS as GoBGP prints it: ``gobgp global rib -a ls -j``, a table of paths by prefix.

Read of a node (RFC 9552 §5.2.1): the IGP router id and the ``name`` of its attribute; of a link
(§5.2.2): both node descriptors, interface addresses or link ids, and of its attribute
``igp_metric``, ``bandwidth`` in bytes per second, ``srlgs``, ``admin_group`` and the delay of
RFC 8571 (the minimum, as Flex-Algo takes it; else the average); and SRv6 locators (RFC 9514).
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Network
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

_LOCAL, _REMOTE = "local_node_desc", "remote_node_desc"
_IDENTITY = ("asn", "bgp_ls_id", "ospf_area_id", "igp_router_id")
_ADDRESSES = (
    ("interface_addr_ipv4", "neighbor_addr_ipv4"),
    ("interface_addr_ipv6", "neighbor_addr_ipv6"),
)
_DELAYS = ("unidirectional_link_delay_min", "min_unidirectional_link_delay", "min_delay")
_AVERAGES = ("unidirectional_link_delay", "link_delay", "delay")


def parse_gobgp(text: str, file: str, options: Options) -> Imported:
    """Read a BGP-LS table.

    Raises:
        InputError: no JSON, or no node and no link in it.
    """
    findings = Findings(file)
    document = parse_json(text, file)
    paths = list(_paths(document))
    if not paths and any(("nlri", None) in found.pairs for found in objects(document)):
        raise InputError.single(
            "the routes are printed without their content: nlri is null", file=file,
            remedy="GoBGP before 3.11 prints BGP-LS so; a newer one prints it in full.",
        )  # fmt: skip
    if not paths:
        raise InputError.single("no BGP-LS routes", file=file, expected="gobgp global rib -a ls -j")
    links = [(nlri, attributes) for nlri, attributes in paths if nlri.get(_REMOTE) is not None]
    locators = _locators(paths)
    labels = _labels(paths)
    nodes = [
        NodeDraft(key, label or key.rpartition("/")[2], locator=locators.get(key))
        for key, label in labels.items()
    ]
    unique = dict.fromkeys(_arc(findings, nlri, attributes) for nlri, attributes in links)
    arcs = known_ends(findings, [arc for arc in unique if arc is not None], nodes)
    description = "BGP-LS table"
    drafts = two_way_links(findings, arcs)
    return build(findings, PurePath(file).stem, description, nodes, drafts, options)


def _paths(document: object) -> Iterator[tuple[Object, Object]]:
    """NLRI and attributes of every route that describes a node, a link or what belongs to one."""
    for path in objects(document):
        outer = path.get("nlri")
        is_path = path.get("attrs") is not None or path.get("best") is not None
        if not isinstance(outer, Object) or not is_path:
            continue
        inner = (found for found in objects(outer) if found.get(_LOCAL) is not None)
        nlri = next(inner, None)
        if nlri is not None:
            yield nlri, Object((("attrs", path.get("attrs")),))


def _key(descriptor: Object) -> str:
    """What tells a node from all others: a router id alone is unique in one area only."""
    return "/".join(descriptor.text(name) or "" for name in _IDENTITY)


def _labels(paths: list[tuple[Object, Object]]) -> dict[str, str | None]:
    """Nodes that have a route of their own; else those that links lead from."""
    labels: dict[str, str | None] = {}
    for nlri, attributes in paths:
        if nlri.get(_REMOTE) is None:
            node = _first(attributes, "node")
            name = node.text("name") if isinstance(node, Object) else None
            key = _key(nlri.section(_LOCAL))
            labels[key] = labels.get(key) or name
    for nlri, _ in paths:
        if nlri.get(_REMOTE) is not None:
            labels.setdefault(_key(nlri.section(_LOCAL)), None)
    return labels


def _locators(paths: list[tuple[Object, Object]]) -> dict[str, IPv6Network]:
    found: dict[str, IPv6Network] = {}
    for nlri, attributes in paths:
        locator = locator_of(attributes) or locator_of(nlri)
        if locator is not None:
            found.setdefault(_key(nlri.section(_LOCAL)), locator)
    return found


def _arc(findings: Findings, nlri: Object, attributes: Object) -> ArcDraft | None:
    src, dst = _key(nlri.section(_LOCAL)), _key(nlri.section(_REMOTE))
    where = f"link {src} to {dst}"
    metric = metric_of(findings, where, _word(attributes, "igp_metric"))
    if metric is None:
        return None
    srlgs = _first(attributes, "srlgs")
    return ArcDraft(
        src, dst,
        delay_us=delay_of(findings, where, _delay_word(attributes)),
        metric=metric,
        capacity_bps=capacity_of(_word(attributes, "bandwidth")),
        admin_groups=admin_groups_of(_word(attributes, "admin_group")),
        srlgs=frozenset(str(item) for item in srlgs if isinstance(item, int))
        if isinstance(srlgs, list) else frozenset(),
        mark=_mark(nlri.section("link_desc"), src, dst),
        quality=quality_of(
            findings, where,
            jitter_us=_word(attributes, "unidirectional_delay_variation"),
            loss_percent=None,
            te_metric=_word(attributes, "default_te_metric"),
        ),
    )  # fmt: skip


def _mark(link: Object, src: str, dst: str) -> tuple[str, ...] | None:
    """What both directions of a link have in common: addresses, else link ids with their node."""
    for here, there in _ADDRESSES:
        ends = link.text(here), link.text(there)
        if ends[0] and ends[1]:
            return tuple(sorted((ends[0], ends[1])))
    ids = link.text("link_local_id"), link.text("link_remote_id")
    if ids[0] in (None, "0") or ids[1] in (None, "0"):
        return None
    return tuple(sorted((f"{src} {ids[0]}", f"{dst} {ids[1]}")))


def _delay_word(attributes: Object) -> str | None:
    words = (_word(attributes, key) for key in (*_DELAYS, *_AVERAGES))
    both = _first(attributes, "min_max_unidirectional_link_delay")
    if isinstance(both, Object):
        return both.text("min") or both.text("min_delay")
    return next((word for word in words if word is not None), None)


def _word(attributes: Object, key: str) -> str | None:
    value = _first(attributes, key)
    return str(value) if isinstance(value, int | float | str) else None


def _first(attributes: Object, key: str) -> object:
    """The first value of a key, wherever it is: versions of GoBGP nest attributes differently."""
    found = (each.get(key) for each in objects(attributes))
    return next((value for value in found if value is not None), None)
