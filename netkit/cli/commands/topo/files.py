"""``netkit topo import``, ``convert`` and ``diff``: from one file to another."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.topo.topo import problem_rows, summary
from netkit.cli.common import print_json
from netkit.cli.options.groups import grouped
from netkit.cli.options.source import (
    ROUTE_FACTOR,
    DelayUnitOption,
    RouteFactorOption,
    Source,
    TopologyFile,
)
from netkit.store.text_files import write_text

if TYPE_CHECKING:
    from netkit.files.compare import Difference
    from netkit.model.network.topology import Topology

_Json = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]


class Target(StrEnum):
    """Formats that can be written."""

    NATIVE = "native"
    REPETITA = "repetita"


@grouped
def import_(
    source: Source,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write netkit's YAML here.")
    ] = None,
    json: _Json = False,
) -> None:
    """Read a file of any format, say what was odd about it, write netkit's YAML.

    Without -o the YAML goes to stdout, and what there is to say to stderr.
    """
    imported = source.load()
    text, left_out = text_of(imported.topology, Target.NATIVE)
    if output is not None:
        write_text(output, text)
    if json:
        notes = problem_rows(imported.notes)
        facts = summary(imported.topology)
        where = None if output is None else str(output)
        head = {"schema": "netkit/topo-import/1", "file": str(source.file), "output": where}
        print_json({**head, "notes": notes, **facts})
        return
    for note in [*imported.notes, *left_out]:
        typer.echo(f"note: {note}", err=True)
    typer.echo(
        text if output is None else f"{output}: written from {source.file}", nl=output is not None
    )


@grouped
def convert(
    source: Source,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    to: Annotated[
        Target | None, typer.Option("--to", help="By default Repetita for .graph, else native.")
    ] = None,
    json: _Json = False,
) -> None:
    """Write a topology of any format as netkit's YAML or as a Repetita graph."""
    topology = source.read().topology
    target = to or (Target.REPETITA if output.suffix == ".graph" else Target.NATIVE)
    text, left_out = text_of(topology, target)
    write_text(output, text)
    if json:
        facts = summary(topology)
        head = {"schema": "netkit/topo-convert/1", "file": str(source.file), "output": str(output)}
        print_json({**head, "format": target.value, **facts})
        return
    for line in left_out:
        typer.echo(f"note: {line}", err=True)
    typer.echo(f"{output}: written from {source.file}, format {target.value}")


def diff(
    old: TopologyFile,
    new: TopologyFile,
    delay_unit: DelayUnitOption = "us",
    route_factor: RouteFactorOption = ROUTE_FACTOR,
    json: _Json = False,
) -> None:
    """Tell what the second topology has more, less, or otherwise. The exit code stays 0."""
    from netkit.files.compare import compare

    before, after = (
        Source(file, None, delay_unit, route_factor).read().topology for file in (old, new)
    )
    found = compare(before, after)
    if json:
        same = all(difference.none for difference in found.values())
        rows = {kind: _as_json(difference) for kind, difference in found.items()}
        head = {"schema": "netkit/topo-diff/1", "old": str(old), "new": str(new)}
        print_json({**head, "same": same, **rows})
        return
    for kind, difference in found.items():
        for line in _lines(kind, difference):
            typer.echo(line)
    if all(difference.none for difference in found.values()):
        typer.echo("no difference")


def text_of(topology: Topology, target: Target) -> tuple[str, list[str]]:
    """The text of a file, and what had to be left out of it."""
    from netkit.files.importers.repetita_dump import dump_repetita
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


def _lines(kind: str, difference: Difference) -> list[str]:
    noun = kind.removesuffix("s")
    return [
        *(f"+ {noun} {name}" for name in difference.added),
        *(f"- {noun} {name}" for name in difference.removed),
        *(
            f"~ {noun} {change.part}: {change.field}: {_plain(change.old)} -> {_plain(change.new)}"
            for change in difference.changed
        ),
    ]


def _as_json(difference: Difference) -> dict[str, object]:
    return {
        "added": list(difference.added),
        "removed": list(difference.removed),
        "changed": [
            {
                "part": change.part,
                "field": change.field,
                "old": _plain(change.old),
                "new": _plain(change.new),
            }
            for change in difference.changed
        ],
    }


def _plain(value: object) -> object:
    """A field of the model as JSON has it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(item) for key, item in asdict(value).items()}
    return value.value if isinstance(value, StrEnum) else value
