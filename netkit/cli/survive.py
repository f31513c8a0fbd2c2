"""``netkit plan survive``: what every single failure does to a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.cli import constraints as options
from netkit.cli import planning
from netkit.cli.common import console, print_json, write_text
from netkit.errors import ExitCode


def survive(
    file: planning.TopologyFile,
    pair: planning.PairOption = None,
    pairs: planning.PairsOption = None,
    demands: planning.DemandsOption = None,
    seed: planning.SeedOption = 0,
    profile: planning.ProfileOption = "2023",
    bound: planning.BoundOption = None,
    max_sids: planning.MaxSidsOption = None,
    protect: planning.ProtectOption = True,
    max_hops: options.MaxHopsOption = None,
    include_any: options.IncludeAnyOption = None,
    include_all: options.IncludeAllOption = None,
    exclude_any: options.ExcludeAnyOption = None,
    exclude_srlg: options.ExcludeSrlgOption = None,
    exclude_node: options.ExcludeNodeOption = None,
    exclude_operator: options.ExcludeOperatorOption = None,
    avoid_region: options.AvoidRegionOption = None,
    via: options.ViaOption = None,
    metric: options.MetricOption = "igp",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write survival.json here as well.")
    ] = None,
    format_: planning.FormatOption = None,
    delay_unit: planning.DelayUnitOption = "us",
    route_factor: planning.RouteFactorOption = planning.ROUTE_FACTOR,
    delays: planning.DelaysOption = None,
    json: planning.JsonOption = False,
) -> None:
    """Fail every link, node and shared risk in turn; who keeps the tier, in each phase?

    Phases: local repair by TI-LFA, the backup path, the reconverged IGP. Exit code 0 if every pair
    keeps its tier through all of it, 2 if some pair does not.
    """
    from netkit.model.survival import Phase
    from netkit.planner.failures import survival
    from netkit.planner.graph import Network, as_graph
    from netkit.planner.igp import Igp
    from netkit.report.document import to_text
    from netkit.report.survival import survival_table, survival_to_json

    imported = planning.read(file, format_, delay_unit, route_factor, delays)
    made = planning.make_plan(
        imported,
        pair=pair,
        pairs=pairs,
        seed=seed,
        profile=profile,
        bound_ms=bound,
        max_sids=max_sids,
        demands_file=demands,
        protect=protect,
        constraints=options.constraints(
            imported.topology,
            max_hops=max_hops,
            include_any=include_any,
            include_all=include_all,
            exclude_any=exclude_any,
            exclude_srlg=exclude_srlg,
            exclude_node=exclude_node,
            exclude_operator=exclude_operator,
            avoid_region=avoid_region,
            via=via,
            metric=metric,
        ),
    )
    found = survival(Igp.of(Network.of(as_graph(imported.topology))), made)
    if output is not None:
        write_text(output, to_text(survival_to_json(found)))
    if json:
        print_json(survival_to_json(found))
    else:
        screen = console()
        screen.print(survival_table(found, width=screen.width))
    if found.unplanned or any(found.keep(phase) < len(found.pairs) for phase in Phase):
        raise typer.Exit(ExitCode.BREACH)
