"""``netkit explain``: one pair in full, and why it can or cannot have its tier."""

from __future__ import annotations

from typing import Annotated

import typer

from netkit.cli import planning
from netkit.cli.common import console, print_json
from netkit.errors import ExitCode


def explain(
    file: planning.TopologyFile,
    src: Annotated[str, typer.Argument(help="Where traffic enters.")],
    dst: Annotated[str, typer.Argument(help="Where it leaves.")],
    profile: planning.ProfileOption = "2023",
    bound: planning.BoundOption = None,
    max_sids: planning.MaxSidsOption = None,
    format_: planning.FormatOption = None,
    delay_unit: planning.DelayUnitOption = "us",
    route_factor: planning.RouteFactorOption = planning.ROUTE_FACTOR,
    delays: planning.DelaysOption = None,
    json: planning.JsonOption = False,
) -> None:
    """Show hop by hop what the IGP would do, what the plan does, and what binds.

    Exit code 0 if the pair keeps its tier, 2 if it cannot.
    """
    from netkit.model.verdict import Verdict
    from netkit.report.explain import explain_pair
    from netkit.report.plan_json import plan_to_json

    imported = planning.read(file, format_, delay_unit, route_factor, delays)
    topology = imported.topology
    made = planning.make_plan(
        imported,
        pair=[f"{src}:{dst}"],
        pairs=None,
        seed=0,
        profile=profile,
        bound_ms=bound,
        max_sids=max_sids,
    )
    if json:
        print_json(plan_to_json(made, topology))
    else:
        screen = console()
        screen.print(explain_pair(made.pairs[0], topology, width=screen.width))
    if made.pairs[0].verdict is not Verdict.PASS:
        raise typer.Exit(ExitCode.BREACH)
