"""``netkit emit``: router configurations of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli import planning
from netkit.cli.common import print_json, write_text
from netkit.errors import ExitCode

if TYPE_CHECKING:
    from netkit.emit.linux import RouterConfig


def emit(
    file: planning.TopologyFile,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for two files a router.")
    ] = Path("configs"),
    pair: planning.PairOption = None,
    pairs: planning.PairsOption = None,
    demands: planning.DemandsOption = None,
    seed: planning.SeedOption = 0,
    profile: planning.ProfileOption = "2023",
    bound: planning.BoundOption = None,
    max_sids: planning.MaxSidsOption = None,
    format_: planning.FormatOption = None,
    delay_unit: planning.DelayUnitOption = "us",
    route_factor: planning.RouteFactorOption = planning.ROUTE_FACTOR,
    delays: planning.DelaysOption = None,
    json: planning.JsonOption = False,
) -> None:
    """Write what `ip -batch` (NAME.ip) and `nft -f` (NAME.nft) take, for every router.

    Plans first, with the same options as `netkit plan`. Exit code 2 if some pair got no policy.
    """
    from netkit.emit.linux import emit_linux
    from netkit.model.verdict import Verdict

    imported = planning.read(file, format_, delay_unit, route_factor, delays)
    topology = imported.topology
    made = planning.make_plan(
        imported,
        pair=pair,
        pairs=pairs,
        seed=seed,
        profile=profile,
        bound_ms=bound,
        max_sids=max_sids,
        demands_file=demands,
    )
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
