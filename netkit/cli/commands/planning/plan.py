"""``netkit plan``: segment lists that keep each pair inside its tier."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import JsonOption, console, print_json, progress
from netkit.cli.options.groups import grouped
from netkit.cli.options.planning import (
    FromOption,
    PlanRequestOptions,
    WarnMarginOption,
    end_plan,
    old_plan,
    tell_afresh,
)
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.source import Source
from netkit.cli.pages import HtmlOption, require_page, write_page
from netkit.cli.trail import recorded
from netkit.store.own_files import document_of
from netkit.store.text_files import require_apart, require_writable, write_text

_SHOWN = 10


@grouped
def plan(
    source: Source,
    asked: PlanRequestOptions,
    rows: RowOptions,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write plan.json here as well.")
    ] = None,
    old: FromOption = None,
    html: HtmlOption = None,
    warn_margin: WarnMarginOption = None,
    json: JsonOption = False,
) -> None:
    """Plan SRv6 segment lists whose guaranteed delay meets each pair's tier.

    Exit code 0 if every pair has one, 1 if --warn-margin is asked for and some pair has less left,
    2 if some pair cannot keep its tier.
    """
    from netkit.report.documents.document import to_text
    from netkit.report.documents.plan import kept_plan_to_json, plan_to_json
    from netkit.report.terminal.alternatives import alternatives_table, shares_table
    from netkit.report.terminal.plan import plan_table
    from netkit.report.terminal.plan_answer import MOST_BOUNDS, plan_answer
    from netkit.report.terminal.reservations import reservations_table
    from netkit.workflows.plans.plan_again import plan_from

    require_apart(out, html)
    require_writable(out, document_of("plan"))
    require_page(html)
    request = asked.request
    demands = source.demands(request)
    before = old_plan(old, demands.topology)
    with progress() as tell:
        made = plan_from(before, demands, request.options, tell_afresh, partial(tell, "planning"))
    recorded("plan", source.file, made)
    topology = demands.topology
    kept = partial(kept_plan_to_json, made, topology, request.options)
    if out is not None:
        write_text(out, to_text(kept()))
    write_page(html, topology, partial(plan_to_json, made, topology))
    if json:
        print_json(kept())
    else:
        screen = console()
        limit = rows.most(_SHOWN)
        screen.print(plan_table(made, topology, width=screen.width, limit=limit))
        for show in (shares_table, alternatives_table, reservations_table):
            for part in show(made, topology, width=screen.width, limit=limit):
                screen.print(part)
        screen.print(plan_answer(made.pairs, None if limit is None else MOST_BOUNDS))
    end_plan(made.pairs, warn_margin)
