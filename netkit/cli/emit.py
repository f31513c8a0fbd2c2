"""``netkit emit``: router configurations of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import print_json, write_text
from netkit.cli.constraints import ConstraintOptions
from netkit.cli.options import grouped
from netkit.cli.pairs import BoundOptions, LoadOptions, PairOptions
from netkit.cli.planning import JsonOption, SearchOptions, make_plan
from netkit.cli.source import Source
from netkit.errors import ExitCode

if TYPE_CHECKING:
    from netkit.emit.linux import RouterConfig


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
    from netkit.emit.linux import emit_linux
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


def write_configs(folder: Path, configs: Mapping[str, RouterConfig]) -> list[Path]:
    """Write both files of every router; returns them in order.

    Files of routers that are not in ``configs`` are of another plan, and are removed.
    """
    wanted = {folder / f"{name}{suffix}" for name in configs for suffix in (".ip", ".nft")}
    for old in (*folder.glob("*.ip"), *folder.glob("*.nft")):
        if old not in wanted:
            old.unlink()
    written = []
    for name, config in configs.items():
        for suffix, text in ((".ip", config.ip_batch), (".nft", config.nft)):
            path = folder / f"{name}{suffix}"
            write_text(path, text)
            written.append(path)
    return written
