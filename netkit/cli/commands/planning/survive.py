"""``netkit plan survive``: what every single failure does to a plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import JsonOption, console, end, print_json, progress
from netkit.cli.grammar.loudness import note
from netkit.cli.options.groups import grouped
from netkit.cli.options.planning import (
    FromOption,
    PlanRequestOptions,
    old_plan,
    tell_afresh,
)
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.source import Source
from netkit.cli.pages import HtmlOption, require_page, write_page
from netkit.errors import ExitCode, counted
from netkit.store.own_files import document_of
from netkit.store.text_files import require_apart, require_writable, write_text

_SHOWN = 8

_HINT = (
    "these are the lists of `netkit plan` and `netkit emit` with the same options; --protect gives "
    "all three lists that have a backup, where there can be any"
)


@grouped
def survive(
    source: Source,
    asked: PlanRequestOptions,
    rows: RowOptions,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write survival.json here as well.")
    ] = None,
    old: FromOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Fail every link, node and shared risk in turn; who keeps the tier, in each phase?

    What is judged is the plan that `netkit plan` and `netkit emit` make with the same options.
    Phases: local repair by TI-LFA, the backup path, the reconverged IGP. Exit code 0 if every pair
    keeps its tier through all of it, 2 if some pair does not.
    """
    from netkit.model.planning.survival import Phase
    from netkit.report.documents.document import to_text
    from netkit.report.documents.survival import survival_to_json
    from netkit.report.terminal.survival import survival_table
    from netkit.workflows.plans.survive import survive as survive_failures

    require_apart(out, html)
    require_writable(out, document_of("survival"))
    require_page(html)
    request = asked.request
    demands = source.demands(request)
    before = old_plan(old, demands.topology)
    with progress() as tell:
        found = survive_failures(demands, request.options, tell, old=before, note=tell_afresh)
    if out is not None:
        write_text(out, to_text(survival_to_json(found)))
    write_page(html, demands.topology, partial(survival_to_json, found))
    if json:
        print_json(survival_to_json(found))
    else:
        screen = console()
        screen.print(survival_table(found, width=screen.width, limit=rows.most(_SHOWN)))
    if not asked.search.protect and found.keep(Phase.BACKUP) < len(found.pairs):
        note(_HINT)
    why = []
    lost = [phase for phase in Phase if found.keep(phase) < len(found.pairs)]
    if lost:
        kept, of = found.keep(lost[0]), len(found.pairs)
        out_of = f"{of - kept} of {counted(of, 'pair')}"
        why.append(f"out of the tier after a failure ({lost[0]}): {out_of}")
    if found.unplanned:
        why.append(f"no list to lose: {counted(found.unplanned, 'pair')}")
    if why:
        end(ExitCode.BREACH, "; ".join(why))
