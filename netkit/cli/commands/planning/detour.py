"""``netkit detour``: how far pairs are from what light could do."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from netkit.cli.common import JsonOption, console, print_json, progress
from netkit.cli.grammar import completion
from netkit.cli.options.building import BuildOptions, MaxSidsOption
from netkit.cli.options.groups import grouped
from netkit.cli.options.pairs import BoundOptions, PairOptions
from netkit.cli.options.planning import end_plan, pair_request
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.source import Source
from netkit.cli.pages import HtmlOption, require_page, write_page
from netkit.errors import chosen

_SHOWN = 4
"""Pairs of each scope: three tables are to stand on a screen."""


_ByOption = Annotated[
    str,
    typer.Option(
        metavar="best|guaranteed",
        autocompletion=completion.among("best", "guaranteed"),
        help="Ranked by which delay.",
    ),
]


@grouped
def detour(
    source: Source,
    pairs: PairOptions,
    bounds: BoundOptions,
    build: BuildOptions,
    rows: RowOptions,
    by: _ByOption = "best",
    max_sids: MaxSidsOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Delay of every pair against light over the great circle, worst first; what would fix each.

    National pairs first, then regional ones, then those inside a city; --top counts in each of
    them, and JSON has all pairs without it. Best: the fastest path
    there is. Guaranteed: by the plan where the pair keeps its tier, else by the IGP alone.
    Exit code 2 if some pair does not keep its tier.
    """
    from netkit.planner.augment.detour import RankedBy
    from netkit.report.documents.advice import detours_to_json
    from netkit.report.terminal.detour import detour_table
    from netkit.workflows.augment import detours_for

    require_page(html)
    ranked_by, rule, kinds = chosen(RankedBy, by, "by"), build.rule(source), build.kinds
    asked = source.demands(pair_request(pairs, bounds))
    limit = rows.top if json and not rows.whole else rows.most(_SHOWN)
    with progress() as tell:
        plan, found = detours_for(
            asked, rule, max_sids=max_sids, kinds=kinds, by=ranked_by, worst=limit, progress=tell
        )
    document = partial(detours_to_json, asked.topology.name, bounds.name, found, by)
    write_page(html, asked.topology, document)
    if json:
        print_json(document())
    else:
        screen = console()
        screen.print(detour_table(asked.topology, plan, found, width=screen.width))
    end_plan(plan.pairs)
