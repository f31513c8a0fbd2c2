"""``netkit topo nodes``: what the nodes of a topology are called."""

from __future__ import annotations

import typer

from netkit.cli.common import JsonOption, print_json
from netkit.cli.options.groups import grouped
from netkit.cli.options.source import Source


@grouped
def nodes(source: Source, json: JsonOption = False) -> None:
    """List the names of the nodes, one a line, as other commands want them."""
    from netkit.report.documents.topo.nodes import nodes_to_json
    from netkit.report.words.text import visible

    topology = source.load().topology
    if json:
        print_json(nodes_to_json(topology))
        return
    for node in topology.nodes:
        typer.echo(visible(node.name))
