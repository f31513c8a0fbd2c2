"""``netkit probe certify``: one-way verdicts from samples, without trusting anybody's clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from netkit.cli.common import JsonOption, console, end, print_json, print_lines
from netkit.cli.grammar.durations import EXPECTED, duration
from netkit.cli.options.pairs import BoundOption, ProfileOption
from netkit.cli.options.rows import AllOption, RowOptions, TopOption
from netkit.errors import InputError, Problem
from netkit.language.chosen import in_english
from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.verdict import exit_code

if TYPE_CHECKING:
    from netkit.stats.clocks.certify import CertifiedMesh

_CLOCK_ERROR = "--clock-error"
_SHOWN = 20


def certify(
    files: Annotated[list[Path], typer.Argument(help="CSV files of samples.")],
    topology: Annotated[Path, typer.Option(help="Where the sites are: a topology file.")],
    profile: ProfileOption = "2023",
    bound: BoundOption = None,
    clock_error: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NODE=DURATION", help="What a synchronised clock may be off; repeatable."
        ),
    ] = None,
    drift_ppm: Annotated[
        float, typer.Option(min=0, max=100_000, help="What any clock gains or loses at most.")
    ] = CRYSTAL_DRIFT_PPM,
    position_error_km: Annotated[
        float, typer.Option(min=0, help="How far sites may be from their coordinates.")
    ] = 0.0,
    top: TopOption = None,
    whole: AllOption = False,
    json: JsonOption = False,
) -> None:
    """Certify each direction by light time and the whole mesh, whatever the clocks.

    Exit code 0 if all pass, 2 if one is certain to be over its bound, 3 otherwise.
    """
    from netkit.files.importers.formats import import_topology
    from netkit.files.importers.node_words import node_words
    from netkit.files.tier_profiles import profile_named
    from netkit.workflows.certify import certified_mesh

    imported = import_topology(topology)
    words, errors_ms = node_words(imported), _clock_errors_ms(clock_error or [])
    mesh = certified_mesh(
        files,
        imported.topology,
        profile_named(profile),
        bound_us=None if bound is None else bound.us,
        clock_error_ms={words.node(w, _CLOCK_ERROR): ms for w, ms in errors_ms.items()},
        drift_ppm=drift_ppm,
        position_error_km=position_error_km,
    )
    _tell(mesh, drift_ppm, RowOptions(top, whole), json=json)


def _tell(mesh: CertifiedMesh, drift_ppm: float, rows: RowOptions, *, json: bool) -> NoReturn:
    from netkit.report.documents.probe.certify import certified_to_json
    from netkit.report.terminal.probe.certify import (
        certified_counts,
        certified_remarks,
        certified_table,
    )

    if json:
        print_json(certified_to_json(mesh, drift_ppm))
    else:
        screen, limit = console(), rows.most(_SHOWN)
        screen.print(certified_table(mesh, width=screen.width, limit=limit))
        print_lines(*certified_remarks(mesh, drift_ppm))
    end(exit_code(mesh.verdict), f"{mesh.verdict}: {in_english(certified_counts, mesh)}")


def _clock_errors_ms(stated: list[str]) -> dict[str, float]:
    errors_ms, problems = {}, []
    for text in stated:
        node, _, error = text.rpartition("=")
        try:
            errors_ms[node] = duration(error, _CLOCK_ERROR).ms
        except InputError:
            node = ""
        if not node:
            expected = f"NODE=DURATION, {EXPECTED}"
            problems.append(Problem(None, None, _CLOCK_ERROR, text, expected))
    if problems:
        raise InputError(problems)
    return errors_ms
