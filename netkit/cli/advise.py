"""``netkit advise``: what to build so that more pairs keep their tiers."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.building import BuildOptions, MaxSidsOption, progress
from netkit.cli.common import console, print_json, write_text
from netkit.cli.options import grouped
from netkit.cli.pairs import BoundOptions, PairOptions
from netkit.cli.planning import JsonOption
from netkit.cli.source import Source
from netkit.errors import ExitCode, InputError


@grouped
def advise(
    source: Source,
    pairs: PairOptions,
    bounds: BoundOptions,
    build: BuildOptions,
    k: Annotated[int, typer.Option("-k", min=1, help="Most things in the best set.")] = 3,
    budget_km: Annotated[
        float | None, typer.Option(min=0, help="Most new fibre of the best set, km.")
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, help="Links and sites of the ranking to certify and show.")
    ] = 10,
    max_sids: MaxSidsOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the topology with the set here.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with a map here (extra `report`).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Rank what could be built by the pairs it rescues; choose the best set; show what it brings.

    Exit code 0 if every pair keeps its tier as things are, 2 if some pair does not.
    """
    from netkit.model.verdict import Verdict
    from netkit.planner.advise import AdviceOptions
    from netkit.planner.advise import advise as advise_on
    from netkit.report.advice import advice_tables
    from netkit.report.advice_html import advice_html
    from netkit.report.advice_json import advice_to_json
    from netkit.topology_io.native import dump_topology

    if html is not None and importlib.util.find_spec("jinja2") is None:
        raise InputError.single(
            "Jinja2 is not installed", expected="it, for --html",
            remedy="Run: pip install 'netkit-srv6[report]'",
        )  # fmt: skip
    options = AdviceOptions(build.kinds, build.rule(source), k, budget_km, max_sids, top)
    imported = source.read()
    demands = pairs.read(imported, bounds)
    with progress() as tell:
        advice = advise_on(imported.topology, demands, options, profile=bounds.name, progress=tell)
    if output is not None:
        write_text(output, dump_topology(advice.built))
    if html is not None:
        write_text(html, advice_html(advice))
    if json:
        print_json(advice_to_json(advice))
    else:
        screen = console()
        screen.print(advice_tables(advice, width=screen.width))
    if any(change.before is not Verdict.PASS for change in advice.changes):
        raise typer.Exit(ExitCode.BREACH)
