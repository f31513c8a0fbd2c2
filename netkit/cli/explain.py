"""``netkit explain``: one pair in full, and why it can or cannot have its tier."""

from __future__ import annotations

from typing import Annotated

import typer

from netkit.cli.common import console, print_json
from netkit.cli.constraints import ConstraintOptions
from netkit.cli.options import grouped
from netkit.cli.planning import (
    BoundOptions,
    JsonOption,
    PairOptions,
    SearchOptions,
    make_plan,
)
from netkit.cli.source import Source
from netkit.errors import ExitCode


@grouped
def explain(
    source: Source,
    src: Annotated[str, typer.Argument(help="Where traffic enters.")],
    dst: Annotated[str, typer.Argument(help="Where it leaves.")],
    bounds: BoundOptions,
    constraints: ConstraintOptions,
    search: SearchOptions,
    json: JsonOption = False,
) -> None:
    """Show hop by hop what the IGP would do, what the plan does, and what binds.

    Exit code 0 if the pair keeps its tier, 2 if it cannot.
    """
    from netkit.model.verdict import Verdict
    from netkit.report.explain import explain_pair
    from netkit.report.plan_json import plan_to_json

    pairs = PairOptions(pair=[f"{src}:{dst}"])
    planned = make_plan(source, pairs, bounds, constraints, search)
    made, topology = planned.plan, planned.topology
    if json:
        print_json(plan_to_json(made, topology))
    else:
        screen = console()
        screen.print(explain_pair(made.pairs[0], topology, width=screen.width))
    if made.pairs[0].verdict is not Verdict.PASS:
        raise typer.Exit(ExitCode.BREACH)
