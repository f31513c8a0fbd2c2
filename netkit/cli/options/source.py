"""Which topology file a command reads, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.grammar import completion
from netkit.cli.grammar.loudness import note
from netkit.cli.options.groups import OptionGroup
from netkit.errors import counted

if TYPE_CHECKING:
    from netkit.errors import Problem
    from netkit.files.importers.imported import Imported
    from netkit.model.planning.demand_set import DemandSet
    from netkit.model.planning.plan_request import PlanRequest

TopologyFile = Annotated[
    Path,
    typer.Argument(
        help="A topology: YAML, GraphML, GML, node-link JSON, CSV, RFC 8345, SNDlib, Repetita, "
        "IS-IS or BGP-LS JSON."
    ),
]
DelayUnitOption = Annotated[
    str | None, typer.Option("--delay-unit", help="us or ms, of delays whose file does not say it.")
]
RouteFactorOption = Annotated[
    float, typer.Option("--route-factor", help="Fibre km per great-circle km of derived delays.")
]

ROUTE_FACTOR = 1.6
"""The default of ``--route-factor``; the importers have the same."""

_NOTES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Source(OptionGroup):
    """A topology file of any format, and measured delays to lay over it."""

    PANEL: ClassVar[str] = "Topology file"

    file: TopologyFile
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            autocompletion=completion.formats,
            help="Format of the file, where it is not recognised.",
        ),
    ] = None
    delay_unit: DelayUnitOption = None
    network: Annotated[
        str | None, typer.Option("--network", help="Which network of a file that holds several.")
    ] = None
    route_factor: RouteFactorOption = ROUTE_FACTOR
    delays: Annotated[
        Path | None,
        typer.Option("--delays", help="CSV of measured link figures to lay over the file."),
    ] = None

    delay: Annotated[
        str, typer.Option("--delay", help="min, avg or max, of the delays that an IGP advertises.")
    ] = "max"
    level: Annotated[
        int | None, typer.Option("--level", help="1 or 2: the IS-IS level, of a file with both.")
    ] = None

    def demands(self, request: PlanRequest) -> DemandSet:
        """What is asked, between the nodes of the topology; what is odd is said on stderr."""
        from netkit.workflows.plan import demand_set

        def tell(problem: Problem) -> None:
            note(str(problem))

        return demand_set(self.read(), request, tell)

    def load(self) -> Imported:
        """Read the file; raises InputError with every problem of it."""
        from netkit.files.importers.formats import import_options, import_topology

        options = import_options(
            self.delay_unit, self.route_factor, self.network, self.delay, self.level
        )
        imported = import_topology(
            self.file, format=self.format_, options=options, delays=self.delays
        )
        return imported.with_links(str(self.file))

    def read(self) -> Imported:
        """The same, if a plan on it would hold; what was odd is said on stderr, in short."""
        imported = self.load().planned_on(str(self.file))
        for one in [one for one in imported.notes if one.line is None][:_NOTES_SHOWN]:
            note(str(one))
        if imported.notes:
            notes = counted(len(imported.notes), "note")
            note(f"{notes} on {self.file}; `netkit topo check` shows them all")
        return imported
