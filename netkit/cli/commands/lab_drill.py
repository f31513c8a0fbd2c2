"""``netkit lab drill``: break something in a booted backbone, and hold packets against the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import console, end, print_json, steps
from netkit.errors import InputError
from netkit.model.verdict import exit_code

_MOST_WORDS = 2


def drill(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[FILE] SCENARIO",
            help="A topology, unless the scenario's own; a scenario file or the name of one that "
            "ships, such as national/srlg-longhai.",
        ),
    ],
    igp: Annotated[str, typer.Option(help="What fills tables: static, staged or frr.")] = "staged",
    frr: Annotated[str, typer.Option(help="FRR: installed, 8.4 or 10.3.")] = "installed",
    backend: Annotated[
        str, typer.Option(help="What delays links: auto, wire, htb or netem.")
    ] = "auto",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the timeline there, as one HTML file.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Cut links of a booted backbone, and see whether packets bear out the plan in every phase.

    Exit code 0 if they do, 2 if they contradict a certificate, 3 if a phase saw no probe.
    """
    from netkit.lab.check.requirements import require_lab
    from netkit.report.documents.labs.drill import drill_to_json
    from netkit.report.terminal.lab.drill import drill_table
    from netkit.workflows.boot import LabOptions
    from netkit.workflows.drills.run import drill as run
    from netkit.workflows.drills.run import load_drill

    if len(words) > _MOST_WORDS:
        raise InputError.single("arguments", value=" ".join(words), expected="[FILE] SCENARIO")
    scenario, topology = load_drill(words[-1], Path(words[0]) if len(words) > 1 else None)
    require_lab()
    with steps() as progress:
        result = run(scenario, topology, LabOptions(backend, igp, frr), progress)
    if out is not None:
        from netkit.report.html.drills.page import render_drill

        out.write_text(render_drill(result), encoding="utf-8")
    if json:
        print_json(drill_to_json(result))
    else:
        terminal = console()
        terminal.print(drill_table(result, width=terminal.width))
    end(exit_code(result.verdict), "packets do not bear out the plan")
