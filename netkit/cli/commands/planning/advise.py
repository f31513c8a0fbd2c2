"""``netkit advise``: what to build so that more pairs keep their tiers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.common import JsonOption, console, end, print_json, progress
from netkit.cli.options.building import BuildOptions, MaxSidsOption
from netkit.cli.options.groups import OptionGroup, grouped
from netkit.cli.options.pairs import BoundOptions, PairOptions
from netkit.cli.options.planning import pair_request
from netkit.cli.options.source import Source
from netkit.cli.pages import HtmlOption, require_page, write_page
from netkit.errors import ExitCode, counted
from netkit.store.own_files import is_signed, signed
from netkit.store.text_files import require_apart, require_writable, write_text

if TYPE_CHECKING:
    from netkit.planner.augment.advise import AdviceOptions

_SHOWN = 2
"""Rows of each table: what is to be built shall stand on a screen with its reasons."""


@dataclass(frozen=True, slots=True)
class SetOptions(OptionGroup):
    """How large the best set may be, and how much is certified."""

    PANEL: ClassVar[str] = "Best set and ranking"

    max_additions: Annotated[
        int, typer.Option("--max-additions", "-k", min=1, help="Most things in the best set.")
    ] = 3
    budget_km: Annotated[
        float | None, typer.Option(min=0, help="Most new fibre of the best set, km.")
    ] = None
    top: Annotated[int, typer.Option(min=1, help="Links and sites of the ranking to certify.")] = 10
    whole: Annotated[
        bool, typer.Option("--all", help=f"Show all certified, not the first {_SHOWN} of a table.")
    ] = False
    max_sids: MaxSidsOption = None

    def options(self, build: BuildOptions, source: Source) -> AdviceOptions:
        """What the planner is asked."""
        from netkit.planner.augment.advise import AdviceOptions

        rule = build.rule(source)
        return AdviceOptions(
            build.kinds, rule, self.max_additions, self.budget_km, self.max_sids, self.top
        )


@grouped
def advise(
    source: Source,
    pairs: PairOptions,
    bounds: BoundOptions,
    build: BuildOptions,
    wanted: SetOptions,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the topology with the set here.")
    ] = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Rank what could be built by the pairs it rescues; choose the best set; show what it brings.

    Exit code 0 if every pair keeps its tier as things are, 2 if some pair does not.
    """
    from netkit.files.native.topology import dump_topology
    from netkit.model.verdict import Verdict
    from netkit.report.documents.advice import advice_to_json
    from netkit.report.terminal.advice import advice_tables
    from netkit.workflows.augment import advice_for

    require_apart(out, html)
    require_writable(out, is_signed)
    require_page(html)
    options = wanted.options(build, source)
    asked = source.demands(pair_request(pairs, bounds))
    with progress() as tell:
        advice = advice_for(asked, options, tell)
    if out is not None:
        write_text(out, signed(dump_topology(advice.built)))
    write_page(html, advice.built, partial(advice_to_json, advice))
    if json:
        print_json(advice_to_json(advice))
    else:
        screen = console()
        limit = None if wanted.whole else _SHOWN
        screen.print(advice_tables(advice, width=screen.width, limit=limit))
    broken = sum(change.before is not Verdict.PASS for change in advice.changes)
    if broken:
        end(
            ExitCode.BREACH,
            f"outside the tier today: {broken} of {counted(len(advice.changes), 'pair')}",
        )
