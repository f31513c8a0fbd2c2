"""``netkit plan``: segment lists that keep each pair inside its tier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from netkit.cli import constraints as options
from netkit.cli import planning, survive
from netkit.cli.common import console, print_json, write_text
from netkit.errors import ExitCode

_DEFAULT = "pairs"


class PlanGroup(TyperGroup):
    """``netkit plan FILE`` means ``netkit plan pairs FILE``; other commands are named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Put the default command in front where none is named."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [_DEFAULT, *args])


app = typer.Typer(cls=PlanGroup)


@app.command(_DEFAULT, epilog="`netkit plan survive --help`: what single failures do to the plan.")
def plan(
    file: planning.TopologyFile,
    pair: planning.PairOption = None,
    pairs: planning.PairsOption = None,
    demands: planning.DemandsOption = None,
    seed: planning.SeedOption = 0,
    profile: planning.ProfileOption = "2023",
    bound: planning.BoundOption = None,
    max_sids: planning.MaxSidsOption = None,
    protect: planning.ProtectOption = False,
    backups: planning.BackupsOption = True,
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
        Path | None, typer.Option("-o", "--output", help="Write plan.json here as well.")
    ] = None,
    format_: planning.FormatOption = None,
    delay_unit: planning.DelayUnitOption = "us",
    route_factor: planning.RouteFactorOption = planning.ROUTE_FACTOR,
    delays: planning.DelaysOption = None,
    json: planning.JsonOption = False,
) -> None:
    """Plan SRv6 segment lists whose guaranteed delay meets each pair's tier.

    Exit code 0 if every pair has one, 2 if some pair cannot keep its tier.
    """
    from netkit.model.verdict import Verdict
    from netkit.report.document import to_text
    from netkit.report.plan_json import plan_to_json
    from netkit.report.terminal import plan_table

    imported = planning.read(file, format_, delay_unit, route_factor, delays)
    topology = imported.topology
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
        backups=backups,
    )
    if output is not None:
        write_text(output, to_text(plan_to_json(made, topology)))
    if json:
        print_json(plan_to_json(made, topology))
    else:
        screen = console()
        screen.print(plan_table(made, topology, width=screen.width, limit=40))
    if any(answer.verdict is not Verdict.PASS for answer in made.pairs):
        raise typer.Exit(ExitCode.BREACH)


app.command("survive")(survive.survive)
