"""``netkit emit``: router configurations of a plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import end, print_json, progress
from netkit.cli.options.groups import grouped
from netkit.cli.options.planning import JsonOption, PlanRequestOptions
from netkit.cli.options.source import Source
from netkit.cli.options.target import SidsByHandOption, TargetOption
from netkit.cli.trail import recorded
from netkit.errors import ExitCode, counted


@grouped
def emit(
    source: Source,
    asked: PlanRequestOptions,
    target: TargetOption = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the files of all routers.")
    ] = Path("configs"),
    sids_by_hand: SidsByHandOption = False,
    json: JsonOption = False,
) -> None:
    """Write the configuration of every router: for its platform, or for one target.

    Plans first, with the same options as `netkit plan`. Without --target a router whose platform
    the topology does not state gets what `ip -batch` (NAME.ip) and `nft -f` (NAME.nft) take. What
    exceeds a limit of a platform is refused before anything is written. Exit code 2 if some pair
    got no policy.
    """
    from netkit.report.documents.emit import emitted_to_json
    from netkit.report.words.emit import left_out_lines
    from netkit.workflows.emit import emit as emit_to

    request = asked.request
    demands = source.demands(request)
    with progress() as tell:
        emitted = emit_to(
            demands, request.options, out, target, partial(tell, "planning"),
            sids_by_hand=sids_by_hand,
        )  # fmt: skip
    files, missing = emitted.files, emitted.without_policy
    recorded("emit", source.file, emitted.plan, folder=str(out.resolve()), files=len(files))
    if json:
        print_json(emitted_to_json(files, missing, emitted.routers))
    else:
        routers = counted(len(emitted.routers), "router")
        typer.echo(f"{counted(len(files), 'file')} for {routers} in {out}")
        for line in left_out_lines(emitted.routers):
            typer.echo(line)
    if missing:
        of = len(emitted.plan.pairs)
        end(
            ExitCode.BREACH,
            f"no list that keeps the tier, so no policy: {len(missing)} of {counted(of, 'pair')}",
        )
