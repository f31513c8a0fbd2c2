"""``netkit diff``: what two plans, folders of configurations or saved files differ in."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import JsonOption, console, end, print_json, progress
from netkit.cli.grammar.loudness import note
from netkit.cli.options.groups import grouped
from netkit.cli.options.planning import PlanRequestOptions
from netkit.cli.options.source import Source
from netkit.cli.options.target import SavedTargetOption
from netkit.errors import ExitCode, InputError

if TYPE_CHECKING:
    from netkit.emit.network_diff import Side

_WHAT = "A plan.json, a folder of `netkit emit`, a file saved from a router, or a topology to plan."
_Side = Annotated[Path, typer.Argument(help=_WHAT)]


@grouped
def diff(
    old: _Side,
    new: _Side,
    asked: PlanRequestOptions,
    target: SavedTargetOption = None,
    router: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose a single saved file is, if its name is not that."),
    ] = None,
    topology: Annotated[
        Path | None,
        typer.Option(help="What a plan.json was planned on: tells its SIDs."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Tell what the second has more, less, or otherwise than the first: policies, paths, lists,
    SIDs, in the order of their meaning.

    A topology is planned as `netkit plan FILE` does with the same options. Each side is compared
    as the other's platform can say it. Exit code 0: the same; 1: they differ; 3: something was not
    understood.
    """
    from netkit.emit.network_diff import compare
    from netkit.report.documents.routers.state_diff import diff_to_json
    from netkit.report.terminal.routers.state_diff import diff_lines, foreign_lines
    from netkit.workflows.routers.diff import read_side

    planned_on = None if topology is None else Source(topology).read().topology
    reading = partial(read_side, target=target, router=router, topology=planned_on)
    before, after = (reading(path) or _planned(path, asked) for path in (old, new))
    if router is not None and not (before.single or after.single):
        raise InputError.argument("router", value=router, expected="a single saved file beside it")
    found = compare(before, after)
    for one in (before, after):
        for line in foreign_lines(one):
            note(line)
    if json:
        print_json(diff_to_json(before, after, found))
    else:
        screen = console()
        for text in diff_lines(before, after, found):
            screen.print(text, soft_wrap=True)
    end(ExitCode.OK if found.none else ExitCode.DEGRADED, "they differ")


def _planned(path: Path, asked: PlanRequestOptions) -> Side:
    """The plan of a file that is nothing else than a topology, or refused as one."""
    from netkit.workflows.plan import make_plan
    from netkit.workflows.routers.diff import planned_side

    request = asked.request
    demands, options = Source(path).demands(request), request.options
    with progress() as tell:
        plan = make_plan(demands, options, partial(tell, "planning"))
    return planned_side(f"plan of {path}", demands.topology, plan, usid=options.usid)
