"""``topo nodes``: what each node is called, and what and where it is, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkit.report.documents.document import Document

if TYPE_CHECKING:
    from netkit.model.network.topology import Topology

SCHEMA = "netkit/topo-nodes/1"


def nodes_to_json(topology: Topology) -> Document:
    """Every node in the order of its file; what is not stated of it is null."""
    rows = [
        {
            "name": node.name,
            "label": node.label,
            "role": node.role.value,
            "operator": node.operator,
            "place": node.place,
            "hub": node.hub,
            "status": node.status.value,
        }
        for node in topology.nodes
    ]
    return {"schema": SCHEMA, "name": topology.name, "nodes": rows}
