"""``netkit probe certify``: one-way verdicts from samples, without trusting anybody's clock."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netkit.cli.common import console, milliseconds, print_json
from netkit.cli.options.pairs import ProfileOption
from netkit.errors import InputError, Problem
from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.planning.tier import BASIS
from netkit.model.units import ns_to_ms
from netkit.model.verdict import Verdict, exit_code

if TYPE_CHECKING:
    from netkit.stats.clocks.certify import CertifiedMesh
    from netkit.stats.clocks.clock_bounds import CertifiedDelay, OneWay


def certify(
    files: Annotated[list[Path], typer.Argument(help="CSV files of samples.")],
    topology: Annotated[Path, typer.Option(help="Where the sites are: a topology file.")],
    profile: ProfileOption = "2023",
    bound_ms: Annotated[
        float | None, typer.Option(help="One one-way bound in milliseconds, instead of tiers.")
    ] = None,
    clock_error: Annotated[
        list[str] | None,
        typer.Option(metavar="NODE=MS", help="What a synchronised clock may be off; repeatable."),
    ] = None,
    drift_ppm: Annotated[
        float, typer.Option(min=0, max=100_000, help="What any clock gains or loses at most.")
    ] = CRYSTAL_DRIFT_PPM,
    position_error_km: Annotated[
        float, typer.Option(min=0, help="How far sites may be from their coordinates.")
    ] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Certify each direction by light time and the whole mesh, whatever the clocks.

    Exit code 0 if all pass, 2 if one is certain to be over its bound, 3 otherwise.
    """
    from netkit.files.importers.formats import import_topology
    from netkit.files.tier_profiles import profile_named
    from netkit.stats.clocks.mesh import certify_sites
    from netkit.store.samples_csv import read_samples

    mesh = certify_sites(
        [row for file in files for row in read_samples(file)],
        import_topology(topology).topology,
        profile_named(profile),
        bound_us=milliseconds(bound_ms, "--bound-ms"),
        drift_ppm=drift_ppm,
        max_error_ns=_clock_errors_ns(clock_error or []),
        position_error_km=position_error_km,
    )
    if json:
        print_json(_document(mesh, drift_ppm))
    else:
        _show(mesh, drift_ppm)
    raise typer.Exit(exit_code(mesh.verdict))


def _clock_errors_ns(stated: list[str]) -> dict[str, int]:
    from netkit.model.units import NS_PER_MS

    errors_ns = {}
    problems = []
    for text in stated:
        node, _, error = text.rpartition("=")
        try:
            error_ms = float(error)
        except ValueError:
            error_ms = math.nan
        if node and 0 <= error_ms < math.inf:
            errors_ns[node] = math.ceil(error_ms * NS_PER_MS)
        else:
            problems.append(Problem(None, None, "--clock-error", text, "NODE=MS"))
    if problems:
        raise InputError(problems)
    return errors_ns


def _both(mesh: CertifiedMesh) -> list[tuple[OneWay, CertifiedDelay]]:
    return [(one.way, one.certified) for one in mesh.ways]


def _show(mesh: CertifiedMesh, drift_ppm: float) -> None:
    from rich.table import Table

    from netkit.report.words.clocks import contradiction_text

    table = Table(title=f"{BASIS} delay in ms, certified", title_justify="left")
    table.add_column("", overflow="fold")
    for heading in ("as measured", "from", "to", "bound"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for way, found in _both(mesh):
        low, high = (
            (None, None) if found.delay is None else (found.delay.low_ns, found.delay.high_ns)
        )
        cells = (_ms(value) for value in (way.figure_ns, low, high, found.bound_ns))
        table.add_row(f"{way.src} → {way.dst}", *cells, found.verdict)
    console().print(table)
    if mesh.contradiction is not None:
        typer.echo(f"No clocks explain these samples: {contradiction_text(mesh.contradiction)}.")
        typer.echo("One of these stamps, positions or stated clock errors is wrong.")
    counts = Counter(found.verdict for _, found in _both(mesh))
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    typer.echo(f"{len(mesh.ways)} directions: {told or 'nothing arrived'}.")
    typer.echo(f"Clocks are taken to gain or lose at most {drift_ppm:g} ppm.")


def _ms(value_ns: int | None) -> str:
    return "-" if value_ns is None else f"{ns_to_ms(value_ns):.3f}"


def _document(mesh: CertifiedMesh, drift_ppm: float) -> dict[str, Any]:
    broken = mesh.contradiction
    return {
        "schema": "netkit/certify/1",
        "basis": BASIS,
        "verdict": mesh.verdict,
        "drift_ppm": drift_ppm,
        "contradiction": broken
        and {
            "shortfall_ns": broken.shortfall_ns,
            "cycle": [
                {"src": step.src, "dst": step.dst, "slack_ns": step.slack_ns}
                for step in broken.steps
            ],
        },
        "ways": [
            {
                "src": way.src,
                "dst": way.dst,
                "count": way.count,
                "floor_ns": way.floor_ns,
                "measured_min_ns": way.min_ns,
                "measured_ns": way.figure_ns,
                "certain": found.delay and asdict(found.delay),
                "bound_ns": found.bound_ns,
                "verdict": found.verdict,
            }
            for way, found in _both(mesh)
        ],
    }
