"""``netkit probe certify``: one-way verdicts from samples, without trusting anybody's clock."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netkit.cli.common import console, milliseconds, print_json
from netkit.cli.planning import ProfileOption
from netkit.errors import ExitCode, InputError, Problem
from netkit.model.tier import BASIS
from netkit.model.units import ns_to_ms
from netkit.model.verdict import Verdict, worst

if TYPE_CHECKING:
    from netkit.model.sample_row import Row
    from netkit.model.topology import Topology
    from netkit.stats.certify import CertifiedMesh
    from netkit.stats.clock_bounds import CertifiedDelay, OneWay

DEFAULT_DRIFT_PPM = 50.0
"""What ordinary crystals keep to."""


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
    ] = DEFAULT_DRIFT_PPM,
    position_error_km: Annotated[
        float, typer.Option(min=0, help="How far sites may be from their coordinates.")
    ] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Certify each direction by light time and the whole mesh, whatever the clocks.

    Exit code 0 if all pass, 2 if one is certain to be over its bound, 3 otherwise.
    """
    from netkit.probe.samples import read_samples
    from netkit.stats.certify import certify_mesh
    from netkit.stats.passages import passages_of
    from netkit.topology_io.formats import import_topology

    places = import_topology(topology).topology
    rows = [row for file in files for row in read_samples(file)]
    errors_ns = _clock_errors_ns(clock_error or [])
    _check_names(rows, errors_ns, places)
    mesh = certify_mesh(
        passages_of(rows),
        _floors_ns(places, position_error_km),
        _bounds_ns(places, profile, milliseconds(bound_ms, "--bound-ms")),
        drift_ppm=drift_ppm,
        max_error_ns=errors_ns,
    )
    if json:
        print_json(_document(mesh, drift_ppm))
    else:
        _show(mesh, drift_ppm)
    raise typer.Exit(_exit_code(mesh))


def _floors_ns(places: Topology, position_error_km: float) -> Callable[[str, str], int]:
    """Light time between two sites; 0, which always holds, where a position is not known."""
    from netkit.model.geo import certain_floor_ns

    def floor_ns(src: str, dst: str) -> int:
        a, b = places.node[src].coordinates, places.node[dst].coordinates
        if a is None or b is None:
            return 0
        return certain_floor_ns(a, b, position_error_km=position_error_km)

    return floor_ns


def _bounds_ns(
    places: Topology, profile: str, bound_us: int | None
) -> Callable[[str, str], int | None]:
    from netkit.model.units import us_to_ns
    from netkit.topology_io.profiles import profile_named

    tiers = profile_named(profile)

    def bound_ns(src: str, dst: str) -> int | None:
        ends = places.node[src], places.node[dst]
        tier_us = tiers.tier_for(*ends).bound_for(*ends)
        chosen_us = tier_us if bound_us is None else bound_us
        return None if chosen_us is None else us_to_ns(chosen_us)

    return bound_ns


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
            problems.append(Problem("command line", None, "--clock-error", text, "NODE=MS"))
    if problems:
        raise InputError(problems)
    return errors_ns


def _check_names(rows: list[Row], errors_ns: dict[str, int], places: Topology) -> None:
    names = {name for src, dst, _ in rows for name in (src, dst)} | set(errors_ns)
    problems = [
        Problem("samples", None, "site", name, f"a node of topology {places.name}")
        for name in sorted(names - set(places.node))
    ]
    if problems:
        raise InputError(problems)


def _both(mesh: CertifiedMesh) -> list[tuple[OneWay, CertifiedDelay]]:
    return [(one.way, one.certified) for one in mesh.ways]


def _show(mesh: CertifiedMesh, drift_ppm: float) -> None:
    from rich.table import Table

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
        typer.echo(f"No clocks explain these samples: {mesh.contradiction}.")
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
        "verdict": worst(found.verdict for _, found in _both(mesh)),
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


def _exit_code(mesh: CertifiedMesh) -> ExitCode:
    verdict = worst(found.verdict for _, found in _both(mesh))
    codes = {Verdict.PASS: ExitCode.OK, Verdict.BREACH: ExitCode.BREACH}
    return codes.get(verdict, ExitCode.UNKNOWN)
