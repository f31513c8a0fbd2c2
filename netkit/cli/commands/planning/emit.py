"""``netkit emit``: router configurations of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import print_json
from netkit.cli.options.constraints import ConstraintOptions
from netkit.cli.options.groups import grouped
from netkit.cli.options.pairs import BoundOptions, LoadOptions, PairOptions
from netkit.cli.options.planning import JsonOption, SearchOptions, make_plan
from netkit.cli.options.source import Source
from netkit.errors import ExitCode
from netkit.workflows.emit import write_configs


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
    from netkit.emit.linux.ip_batch import emit_linux
    from netkit.model.verdict import Verdict

    planned = make_plan(source, pairs, bounds, load, constraints, search)
    made, topology = planned.plan, planned.topology
    written = write_configs(output, emit_linux(topology, made))
    missing = [answer for answer in made.pairs if answer.verdict is not Verdict.PASS]
    if json:
        print_json(
            {
                "schema": "netkit/emit/1",
                "files": [str(path) for path in written],
                "without_policy": [[p.demand.src, p.demand.dst] for p in missing],
            }
        )
    else:
        typer.echo(f"{len(written)} files for {len(written) // 2} routers in {output}")
        if missing:
            typer.echo(
                f"{len(missing)} of {len(made.pairs)} pairs cannot keep their tier: no policy"
            )
    if missing:
        raise typer.Exit(ExitCode.BREACH)
