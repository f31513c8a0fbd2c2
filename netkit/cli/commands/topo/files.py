"""``netkit topo import``, ``convert`` and ``diff``: from one file to another."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import JsonOption, print_json, print_lines
from netkit.cli.grammar.loudness import note
from netkit.cli.options.groups import grouped
from netkit.cli.options.source import (
    ROUTE_FACTOR,
    DelayUnitOption,
    RouteFactorOption,
    Source,
    TopologyFile,
)
from netkit.language.words import say
from netkit.store.own_files import is_none, is_signed, signed
from netkit.store.text_files import require_writable, write_text

if TYPE_CHECKING:
    from netkit.model.network.topology import Topology


class Target(StrEnum):
    """Formats that can be written."""

    NATIVE = "native"
    REPETITA = "repetita"


@grouped
def import_(
    source: Source,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write netkit's YAML here.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read a file of any format, say what was odd about it, write netkit's YAML.

    Without -o the YAML goes to stdout, and what there is to say to stderr.
    """
    from netkit.report.documents.topology import imported_to_json

    require_writable(out, is_signed)
    imported = source.load()
    text, left_out = text_of(imported.topology, Target.NATIVE)
    if out is not None:
        write_text(out, signed(text))
    if json:
        where = None if out is None else str(out)
        print_json(imported_to_json(str(source.file), where, imported.topology, imported.notes))
        return
    for line in [*map(str, imported.notes), *left_out]:
        note(line)
    if out is None:
        typer.echo(text, nl=False)
    else:
        print_lines(say("{out}: written from {file}", out=out, file=source.file))


@grouped
def convert(
    source: Source,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    to: Annotated[
        Target | None, typer.Option("--to", help="By default Repetita for .graph, else native.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write a topology of any format as netkit's YAML or as a Repetita graph."""
    from netkit.report.documents.topology import converted_to_json

    target = to or (Target.REPETITA if out.suffix == ".graph" else Target.NATIVE)
    native = target is Target.NATIVE
    require_writable(out, is_signed if native else is_none)
    topology = source.read().topology
    text, left_out = text_of(topology, target)
    write_text(out, signed(text) if native else text)
    if json:
        print_json(converted_to_json(str(source.file), str(out), target.value, topology))
        return
    for line in left_out:
        note(line)
    print_lines(
        say("{out}: written from {file}, format {format}", out=out, file=source.file,
            format=target.value)
    )  # fmt: skip


def diff(
    old: TopologyFile,
    new: TopologyFile,
    delay_unit: DelayUnitOption = None,
    route_factor: RouteFactorOption = ROUTE_FACTOR,
    json: JsonOption = False,
) -> None:
    """Tell what the second topology has more, less, or otherwise. The exit code stays 0."""
    from netkit.files.compare import compare
    from netkit.report.documents.topology import differences_to_json
    from netkit.report.terminal.topology import difference_lines

    before, after = (
        Source(file, None, delay_unit, route_factor=route_factor).read().topology
        for file in (old, new)
    )
    found = compare(before, after)
    if json:
        print_json(differences_to_json(str(old), str(new), found))
        return
    print_lines(*difference_lines(found))


def text_of(topology: Topology, target: Target) -> tuple[str, list[str]]:
    """The text of a file, and what had to be left out of it."""
    from netkit.files.importers.research.repetita_dump import dump_repetita
    from netkit.files.native.checks import topology_beats_light
    from netkit.files.native.dump import dump_topology

    if target is Target.REPETITA:
        return dump_repetita(topology), []
    if not topology_beats_light(topology):
        return dump_topology(topology), []
    nodes = tuple(replace(node, coordinates=None) for node in topology.nodes)
    links = tuple(replace(link, length_km=None) for link in topology.links)
    what = "coordinates and lengths are left out: delays beat light between them"
    return dump_topology(replace(topology, nodes=nodes, links=links)), [what]
