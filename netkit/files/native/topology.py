"""netkit's own topology format, ``netkit: topology/1``; every field is in docs/topology-format.md.

Reading goes in phases: the YAML itself; then each part by itself; then the parts together. All
problems of a phase are raised at once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv6Network

from netkit.files.native.anycasts import check_anycasts, read_anycasts, stated_indices
from netkit.files.native.checks import (
    Parts,
    check_adjacency_counts,
    check_parts,
    first_by_name,
)
from netkit.files.native.dump import dump_topology, topology_content
from netkit.files.native.exchanges import read_exchanges
from netkit.files.native.flex_algos import read_flex_algos
from netkit.files.native.link_delays import read_rule
from netkit.files.native.link_quality import read_cost, read_mtu
from netkit.files.native.links import (
    MAX_METRIC,
    MIN_METRIC,
    read_capacity,
    read_links,
)
from netkit.files.native.nodes import (
    DEFAULT_METRIC,
    FORMAT,
    NAME,
    NAME_WORDS,
    Defaults,
    read_nodes,
    read_sid_limits,
)
from netkit.files.native.sid_owners import check_sid_owners
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings
from netkit.files.reading.gc_pause import collector_paused
from netkit.files.reading.yaml_sections import Document, Section, document_of, parse_document
from netkit.files.reading.yaml_values import Value
from netkit.model.network.addressing import AddressPlan
from netkit.model.network.derive import DelayRule
from netkit.model.network.topology import Topology
from netkit.model.units import FIBRE_US_PER_KM

__all__ = [
    "FORMAT",
    "dump_topology",
    "load_topology",
    "parse_topology",
    "topology_content",
    "topology_from_content",
]

_KEYS = (
    "netkit", "name", "description", "addressing", "defaults", "operators", "nodes", "links",
    "exchanges", "flex_algos", "anycasts", "sids_advertised",
)  # fmt: skip
_BLOCKS = ("sid_block", "link_block", "customer_block")
_BLOCK_LENGTH = 32


def load_topology(path: str | os.PathLike[str]) -> Topology:
    """Read a topology file.

    Raises:
        InputError: every problem of the file, each with its line, the value and what was expected.
    """
    return parse_topology(read_text(path), os.fspath(path))


def parse_topology(text: str, file: str = "topology") -> Topology:
    """Read a topology from YAML text; ``file`` is the name that problems carry."""
    with collector_paused():
        return topology_of(parse_document(text, file))


def topology_from_content(content: Mapping[str, object], file: str) -> Topology:
    """Read a topology from what :func:`topology_content` gave; raises as :func:`load_topology`.

    Delays that beat light are taken: importers live with them, and other files were refused before.
    """
    with collector_paused():
        return topology_of(document_of(content, file), physics=False)


def topology_of(document: Document, *, physics: bool = True) -> Topology:
    """Read a topology from values that have the form of a file; with ``physics`` delays that beat
    light are refused."""
    root = document.root
    _check_format(document)
    root.allow(*_KEYS)
    name = root.text("name", NAME, NAME_WORDS)
    description = root.text("description", required=False) or ""
    addresses = _addresses(root)
    parts = _parts(document)
    flex_algos = read_flex_algos(root, parts, addresses)
    found = (*check_parts(parts, physics=physics), *check_sid_owners(parts))
    document.findings.extend_problems(found)
    document.check()
    nodes, links, fabrics = (
        tuple(placed.value for placed in parts.nodes),
        tuple(placed.value for placed in parts.links),
        tuple(placed.value for placed in parts.fabrics),
    )
    topology = Topology(
        name or "", nodes, links, fabrics, addresses, description, flex_algos,
        sids_advertised=root.flag("sids_advertised"),
        anycasts=tuple(placed.value for placed in parts.anycasts),
    )  # fmt: skip
    document.findings.extend_problems(check_adjacency_counts(topology, parts))
    document.findings.extend_problems(check_anycasts(topology, parts))
    document.check()
    return topology


def _check_format(document: Document) -> None:
    """Stop early at a file of another kind: its other problems would be noise."""
    value = document.root.get("netkit", required=True)
    if value is None or value.text() != FORMAT:
        if value is not None:
            value.refuse(FORMAT, what="the file is of another format")
        document.check()


def _addresses(root: Section) -> AddressPlan:
    section = root.section("addressing", required=False)
    if section is None:
        return AddressPlan()
    section.allow(*_BLOCKS)
    values = {key: section.get(key) for key in _BLOCKS}
    stated = {key: _block(value) for key, value in values.items() if value is not None}
    plan = replace(AddressPlan(), **{key: net for key, net in stated.items() if net is not None})
    blocks = {str(getattr(plan, key)) for key in _BLOCKS}
    if len(blocks) < len(_BLOCKS):
        section.problem("two blocks are the same", "three different blocks")
    return plan


def _block(value: Value) -> IPv6Network | None:
    text = value.text()
    if text is None:
        return None
    try:
        block = IPv6Network(text)
    except ValueError:
        block = None
    if block is None or block.prefixlen != _BLOCK_LENGTH:
        value.refuse(f"an IPv6 prefix of length {_BLOCK_LENGTH}, such as 5f00::/32")
        return None
    return block


def _parts(document: Document) -> Parts:
    root = document.root
    defaults = _defaults(root)
    nodes = read_nodes(root, defaults, stated_indices(root))
    known = first_by_name(nodes)
    names = frozenset(known) | _stated_names(root)
    links = read_links(root, known, names, defaults)
    exchanges = read_exchanges(root, known, names, defaults)
    anycasts = read_anycasts(root, names)
    return Parts(document.findings.file, nodes, links, exchanges, anycasts)


def _stated_names(root: Section) -> frozenset[str]:
    """Names of all nodes, unreadable ones too, so that one mistake is reported once."""
    quiet = Section(root.node, "", Findings(root.findings.file))
    found = [section.text("name") for section in quiet.sections("nodes", required=False)]
    return frozenset(name for name in found if name is not None)


def _defaults(root: Section) -> Defaults:
    defaults = Defaults(operators=_operators(root))
    section = root.section("defaults", required=False)
    if section is None:
        return defaults
    section.allow(
        "route_factor", "fibre_us_per_km", "equipment_us", "sid_limits", "metric",
        "capacity_gbps", "capacity_bps", "cost", "mtu_bytes",
    )  # fmt: skip
    rule = read_rule(section, defaults.rule)
    metric = section.integer("metric", low=MIN_METRIC, high=MAX_METRIC, required=False)
    fibre = section.number("fibre_us_per_km", low=FIBRE_US_PER_KM, high=10, required=False)
    return replace(
        defaults,
        rule=DelayRule(rule.route_factor, fibre or rule.fibre_us_per_km, rule.equipment_us),
        sid_limits=read_sid_limits(section, defaults.sid_limits),
        metric=DEFAULT_METRIC if metric is None else metric,
        capacity_bps=read_capacity(section, None),
        cost=read_cost(section),
        mtu_bytes=read_mtu(section),
    )


def _operators(root: Section) -> tuple[str, ...] | None:
    if "operators" not in root:
        return None
    names = [item.text(NAME, NAME_WORDS) for item in root.items("operators")]
    return tuple(name for name in names if name is not None)
