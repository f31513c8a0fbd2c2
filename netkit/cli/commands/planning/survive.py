"""``netkit plan survive``: what every single failure does to a plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import console, print_json, progress
from netkit.cli.options.constraints import ConstraintOptions
from netkit.cli.options.groups import grouped
from netkit.cli.options.pairs import BoundOptions, LoadOptions, PairOptions
from netkit.cli.options.planning import JsonOption, SearchOptions, make_plan
from netkit.cli.options.source import Source
from netkit.errors import ExitCode, InputError
from netkit.store.text_files import write_text

_PROTECTED = SearchOptions(protect=True)
"""Whoever asks what failures do wants backups where there can be any."""


@grouped
def survive(
    source: Source,
    pairs: PairOptions,
    bounds: BoundOptions,
    load: LoadOptions,
    constraints: ConstraintOptions,
    search: SearchOptions = _PROTECTED,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write survival.json here as well.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Fail every link, node and shared risk in turn; who keeps the tier, in each phase?

    Phases: local repair by TI-LFA, the backup path, the reconverged IGP. Exit code 0 if every pair
    keeps its tier through all of it, 2 if some pair does not.
    """
    from netkit.model.planning.survival import Phase
    from netkit.planner.network.igp import Igp
    from netkit.planner.network.network import Network, as_graph
    from netkit.planner.protection.failure_sweep import survival
    from netkit.report.documents.document import to_text
    from netkit.report.terminal.survival import survival_table, survival_to_json

    if load.share > 1:
        expected = "1: failures are tried on demands that one list carries"
        raise InputError.single("--share", value=load.share, expected=expected)
    planned = make_plan(source, pairs, bounds, load, constraints, search)
    igp = Igp.of(Network.of(as_graph(planned.topology)))
    with progress() as tell:
        found = survival(igp, planned.plan, progress=partial(tell, "failing"))
    if output is not None:
        write_text(output, to_text(survival_to_json(found)))
    if json:
        print_json(survival_to_json(found))
    else:
        screen = console()
        screen.print(survival_table(found, width=screen.width))
    if found.unplanned or any(found.keep(phase) < len(found.pairs) for phase in Phase):
        raise typer.Exit(ExitCode.BREACH)
