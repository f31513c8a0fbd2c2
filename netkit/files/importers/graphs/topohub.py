"""What is special to the node-link files of topohub (P. Jurkiewicz, "TopoHub").

``pos`` of a node is (longitude, latitude), or a place on a plane in km for Gabriel graphs, or what
SNDlib had to draw with; ``dist`` of an edge is in km between those. ``demands`` of the graph are
those of SNDlib, taken as Mbit/s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from netkit.files.importers.graphs.values.parts import GraphNode
from netkit.files.native.links import MAX_CAPACITY_BPS
from netkit.files.reading.findings import Findings
from netkit.files.reading.json_source import Object
from netkit.files.reading.numbers import number_of
from netkit.model.planning.wanted import Wish

BPS_PER_MBPS = 1_000_000
MAX_DEMANDS = 300_000


def is_topohub(root: Object) -> bool:
    """Whether topohub wrote it: its graph has demands and its own statistics."""
    about = root.section("graph")
    return isinstance(about.get("demands"), Object) and isinstance(about.get("stats"), Object)


def placed(nodes: Sequence[GraphNode]) -> list[GraphNode]:
    """The nodes with ``pos`` as what it is called elsewhere."""
    found = []
    for node in nodes:
        words = node.part.data.get("pos", "").split()
        data = dict(node.part.data)
        if len(words) == 2:
            data["lon"], data["lat"] = words
        found.append(replace(node, part=replace(node.part, data=data)))
    return found


def wishes_of(findings: Findings, about: Object, node_of: Mapping[str, str]) -> tuple[Wish, ...]:
    """The demands between nodes that exist; others, and figures that are none, are noted."""
    wishes: list[Wish] = []
    wrong = 0
    for src, row in about.section("demands").pairs:
        for dst, value in row.pairs if isinstance(row, Object) else ():
            mbps = number_of(str(value))
            good = src in node_of and dst in node_of and src != dst and mbps is not None
            if not good or mbps is None or not 0 <= mbps * BPS_PER_MBPS <= MAX_CAPACITY_BPS:
                wrong += 1
            elif len(wishes) < MAX_DEMANDS:
                bps = round(mbps * BPS_PER_MBPS)
                wishes.append(Wish(node_of[src], node_of[dst], None, bps, f"{src}-{dst}"))
            else:
                wrong += 1
    if wrong:
        findings.note(None, "demands that are left out", str(wrong), "two nodes and Mbit/s")
    return tuple(wishes)
