"""What there is in a topology, what was odd about its file, and how two differ, as JSON.

The rows of ``topo show`` are the same on a terminal: see :mod:`netkit.report.terminal.topology`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

from netkit.errors import Problem
from netkit.model.srv6.node_sids import anycast_sid
from netkit.report.difference_words import difference_text
from netkit.report.documents.document import Document, sentences

if TYPE_CHECKING:
    from netkit.files.compare import Difference
    from netkit.model.network.topology import Topology

CHECK_SCHEMA = "netkit/topo-check/1"
SHOW_SCHEMA = "netkit/topo-show/1"
IMPORT_SCHEMA = "netkit/topo-import/1"
CONVERT_SCHEMA = "netkit/topo-convert/1"
DIFF_SCHEMA = "netkit/topo-diff/1"

Rows = list[dict[str, str | int]]


def refused_to_json(file: str, problems: Iterable[Problem], more: int) -> Document:
    """``topo check`` of a file that cannot be used; ``more`` problems were only counted."""
    head = {"file": file, "ok": False, "problems": _problems(problems), "more": more}
    return {"schema": CHECK_SCHEMA, **head, "notes": []}


def checked_to_json(
    file: str,
    left_out: Iterable[str],
    topology: Topology,
    notes: Iterable[Problem],
    *,
    whole: bool,
) -> Document:
    """``topo check`` of a file without problems; ``whole``: nothing lacks that is routed on."""
    head = {"file": file, "ok": whole, "problems": [], "more": 0, "notes": _problems(notes)}
    return {"schema": CHECK_SCHEMA, **head, "left_out": list(left_out), **summary(topology)}


def shown_to_json(topology: Topology) -> Document:
    """``topo show``: how much there is, and the rows of every part."""
    head = {"name": topology.name, "description": topology.description}
    return {"schema": SHOW_SCHEMA, **head, "summary": summary(topology), **parts(topology)}


def imported_to_json(
    file: str, output: str | None, topology: Topology, notes: Iterable[Problem]
) -> Document:
    """``topo import``: from which file into which."""
    head = {"schema": IMPORT_SCHEMA, "file": file, "output": output}
    return {**head, "notes": _problems(notes), **summary(topology)}


def converted_to_json(file: str, output: str, format_: str, topology: Topology) -> Document:
    """``topo convert``: from which file into which, and its format."""
    head = {"schema": CONVERT_SCHEMA, "file": file, "output": output, "format": format_}
    return {**head, **summary(topology)}


def differences_to_json(old: str, new: str, found: Mapping[str, Difference]) -> Document:
    """``topo diff``: what the second file has more, less, or otherwise, by kind of part."""
    same = all(difference.none for difference in found.values())
    head = {"schema": DIFF_SCHEMA, "old": old, "new": new, "same": same}
    head |= sentences("text", found, difference_text)
    return {**head, **{kind: _difference(difference) for kind, difference in found.items()}}


def parts(topology: Topology) -> dict[str, Rows]:
    """The rows of every part of a topology; a part that there is not has none."""
    return {
        "nodes": node_rows(topology),
        "links": link_rows(topology),
        "srlgs": srlg_rows(topology),
        "figures": figure_rows(topology),
        "exchanges": exchange_rows(topology),
        "flex_algos": flex_algo_rows(topology),
        "anycasts": anycast_rows(topology),
    }


def summary(topology: Topology) -> dict[str, int]:
    """How much there is; only what exists counts, and ``planned`` what does not."""
    planned = len(topology.nodes) - len(topology.active_nodes)
    own_links = sum(link.fabric is None for link in topology.all_links)
    return {
        "nodes": len(topology.active_nodes),
        "links": len(topology.all_links),
        "adjacencies": len(topology.adjacencies),
        "exchanges": len(topology.fabrics),
        "operators": len({node.operator for node in topology.nodes}),
        "planned": planned + len(topology.links) - own_links,
    }


def node_rows(topology: Topology) -> Rows:
    """Nodes by operator and role; planned ones apart."""
    count: Counter[tuple[str, ...]] = Counter(
        (node.operator, node.role.value, node.status.value) for node in topology.nodes
    )
    return _counted(count, ("operator", "role", "status"), "nodes")


def link_rows(topology: Topology) -> Rows:
    """Links by kind, and by where their delay comes from; planned ones apart."""
    links = [*topology.links, *(link for link in topology.all_links if link.fabric is not None)]
    count: Counter[tuple[str, ...]] = Counter(
        (link.kind.value, link.basis.value, link.status.value) for link in links
    )
    return _counted(count, ("kind", "basis", "status"), "links")


def srlg_rows(topology: Topology) -> Rows:
    """Shared risks, those that most links share first."""
    count: Counter[tuple[str, ...]] = Counter(
        (group,) for link in topology.all_links for group in link.srlgs
    )
    rows = _counted(count, ("srlg",), "links")
    return sorted(rows, key=lambda row: (-int(row["links"]), str(row["srlg"])))


def figure_rows(topology: Topology) -> Rows:
    """What links state beside delay, metric and capacity, and how many directions do."""
    names = ("jitter_us", "loss_ppb", "te_metric", "cost", "mtu_bytes")
    count = {
        name: sum(getattr(arc, name) is not None for arc in topology.adjacencies) for name in names
    }
    return [
        {"figure": name, "adjacencies": number, "of": len(topology.adjacencies)}
        for name, number in count.items()
        if number
    ]


def exchange_rows(topology: Topology) -> Rows:
    """Exchange centres with their members."""
    made = Counter(link.fabric for link in topology.all_links)
    return [
        {
            "exchange": fabric.id,
            "place": fabric.place or "",
            "status": fabric.status.value,
            "links": made[fabric.id],
            "members": " ".join(member.node for member in fabric.members),
        }
        for fabric in topology.fabrics
    ]


def flex_algo_rows(topology: Topology) -> Rows:
    """Flexible Algorithms: what they minimise, what is left of the network, by which rules."""
    rules = ("include_any", "include_all", "exclude_any", "exclude_srlgs")
    return [
        {
            "algorithm": flex.algorithm,
            "metric": flex.metric.value,
            "nodes": sum(flex.has_node(node.name) for node in topology.active_nodes),
            "adjacencies": sum(flex.has_link(arc) for arc in topology.adjacencies),
            "rules": "; ".join(
                f"{rule.replace('_', ' ')} {' '.join(sorted(getattr(flex, rule)))}"
                for rule in rules
                if getattr(flex, rule)
            ),
        }
        for flex in topology.flex_algos
    ]


def anycast_rows(topology: Topology) -> Rows:
    """SIDs that several routers share."""
    return [
        {
            "anycast": group.name,
            "sid": str(anycast_sid(topology, group) or ""),
            "members": " ".join(group.nodes),
        }
        for group in topology.anycasts
    ]


def _counted(count: Counter[tuple[str, ...]], names: Iterable[str], what: str) -> Rows:
    return [
        {**dict(zip(names, key, strict=True)), what: number}
        for key, number in sorted(count.items())
    ]


def _problems(problems: Iterable[Problem]) -> list[dict[str, str | int | None]]:
    return [
        {
            "file": problem.file,
            "line": problem.line,
            "what": problem.what,
            "value": problem.value,
            "expected": problem.expected,
            "remedy": problem.remedy,
        }
        for problem in problems
    ]


def _difference(difference: Difference) -> dict[str, object]:
    return {
        "added": list(difference.added),
        "removed": list(difference.removed),
        "changed": [
            {
                "part": change.part,
                "field": change.field,
                "old": plain(change.old),
                "new": plain(change.new),
            }
            for change in difference.changed
        ],
    }


def plain(value: object) -> object:
    """A field of the model as JSON has it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, IPv4Address | IPv6Address | IPv6Network):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(item) for key, item in asdict(value).items()}
    return value.value if isinstance(value, StrEnum) else value
