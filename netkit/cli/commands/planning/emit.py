"""``netkit emit``: router configurations of a plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import end, print_json, progress
from netkit.cli.options.constraints import ConstraintOptions
from netkit.cli.options.groups import grouped
from netkit.cli.options.pairs import BoundOptions, LoadOptions, PairOptions
from netkit.cli.options.planning import JsonOption, SearchOptions, plan_request
from netkit.cli.options.source import Source
from netkit.errors import ExitCode, counted


@grouped
def emit(
    source: Source,
    pairs: PairOptions,
    bounds: BoundOptions,
    load: LoadOptions,
    constraints: ConstraintOptions,
    search: SearchOptions,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for two files a router.")
    ] = Path("configs"),
    json: JsonOption = False,
) -> None:
    """Write what `ip -batch` (NAME.ip) and `nft -f` (NAME.nft) take, for every router.

    Plans first, with the same options as `netkit plan`. Exit code 2 if some pair got no policy.
    """
    from netkit.report.documents.emit import emitted_to_json
    from netkit.workflows.emit import emit as emit_to

    request = plan_request(source, pairs, bounds, load, constraints, search)
    with progress() as tell:
        emitted = emit_to(request, output, partial(tell, "planning"))
    files, missing = emitted.files, emitted.without_policy
    if json:
        print_json(emitted_to_json(files, missing))
    else:
        typer.echo(
            f"{counted(len(files), 'file')} for {counted(emitted.routers, 'router')} in {output}"
        )
    if missing:
        of = len(emitted.plan.pairs)
        end(
            ExitCode.BREACH,
            f"no list that keeps the tier, so no policy: {len(missing)} of {counted(of, 'pair')}",
        )
