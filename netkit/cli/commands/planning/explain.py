"""``netkit explain``: one pair in full, and why it can or cannot have its tier."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import JsonOption, console, print_json, progress
from netkit.cli.grammar import completion
from netkit.cli.options.constraints import ConstraintOptions
from netkit.cli.options.groups import grouped
from netkit.cli.options.pairs import BoundOptions, LoadOptions, PairOptions
from netkit.cli.options.planning import (
    PlanRequestOptions,
    SearchOptions,
    WarnMarginOption,
    end_plan,
)
from netkit.cli.options.source import Source
from netkit.errors import InputError

if TYPE_CHECKING:
    from netkit.model.network.topology import Topology
    from netkit.model.planning.plan import PairPlan, Plan


@grouped
def explain(
    source: Source,
    src: Annotated[
        str, typer.Argument(help="Where traffic enters.", autocompletion=completion.nodes)
    ],
    dst: Annotated[str, typer.Argument(help="Where it leaves.", autocompletion=completion.nodes)],
    bounds: BoundOptions,
    load: LoadOptions,
    constraints: ConstraintOptions,
    search: SearchOptions,
    demands: Annotated[
        Path | None, typer.Option("--demands", help="Plan it among these demands, as in `plan`.")
    ] = None,
    warn_margin: WarnMarginOption = None,
    json: JsonOption = False,
) -> None:
    """Show hop by hop what the IGP would do, what the plan does, what binds, and what would help.

    Exit code 0 if the pair keeps its tier, 1 if --warn-margin is asked for and less is left, 2 if
    it cannot keep it.
    """
    from netkit.report.documents.plan import plan_to_json
    from netkit.report.terminal.alternatives import alternatives_table, shares_table
    from netkit.report.terminal.explain import explain_pair
    from netkit.workflows.plan import explained, make_plan

    pairs = PairOptions(demands=demands) if demands else PairOptions(pair=[f"{src}:{dst}"])
    request = PlanRequestOptions(pairs, bounds, load, constraints, search).request
    asked, options = source.demands(request), request.options
    with progress() as tell:
        made = make_plan(asked, options, partial(tell, "planning"))
    topology = asked.topology
    found = made.pairs if demands is None else _between(made, topology, src, dst, demands)
    found = tuple(explained(asked, options, made, pair, bounds.tiers) for pair in found)
    made = replace(made, pairs=found)
    if json:
        print_json(plan_to_json(made, topology))
    else:
        screen = console()
        for pair in made.pairs:
            screen.print(explain_pair(pair, topology, width=screen.width))
        for show in (shares_table, alternatives_table):
            for part in show(made, topology, width=screen.width):
                screen.print(part)
    end_plan(made.pairs, warn_margin)


def _between(
    plan: Plan, topology: Topology, src: str, dst: str, file: Path
) -> tuple[PairPlan, ...]:
    """The answers for the demands of a file from ``src`` to ``dst``; labels and places will do."""
    from netkit.files.importers.imported import Imported
    from netkit.files.importers.node_words import node_words

    words = node_words(Imported(topology))
    ends = words.node(src, "SRC"), words.node(dst, "DST")
    found = tuple(pair for pair in plan.pairs if (pair.demand.src, pair.demand.dst) == ends)
    if not found:
        raise InputError.single("no such demand", file=str(file), value=f"{src} {dst}")
    return found
