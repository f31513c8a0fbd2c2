"""``netkit lab drill``: break something in a booted backbone, and hold packets against the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.commands.demo import Backend, BackendOption, FrrOption, Igp, IgpOption
from netkit.cli.common import (
    JsonOption,
    console,
    end,
    lost_results_told,
    print_json,
    steps,
)
from netkit.cli.pages import HtmlOption, require_page, write_page
from netkit.errors import InputError
from netkit.model.verdict import Verdict, exit_code
from netkit.store.own_files import document_of
from netkit.store.text_files import require_apart, require_writable, write_text

_MOST_WORDS = 2

_OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Write the drill as JSON there, for `netkit report`."),
]


def drill(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[FILE] SCENARIO",
            help="A topology, unless the scenario's own; a scenario file or the name of one that "
            "ships, such as national/srlg-longhai.",
        ),
    ],
    igp: IgpOption = Igp.STAGED,
    frr: FrrOption = "installed",
    backend: BackendOption = Backend.AUTO,
    out: _OutOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Cut links of a booted backbone, and see whether packets bear out the plan in every phase.

    Exit code 0 if they do, 2 if they contradict a certificate, 3 if a phase saw no probe.
    """
    from netkit.lab.check.requirements import require_lab
    from netkit.report.documents.document import to_text
    from netkit.report.documents.labs.drill import drill_to_json
    from netkit.report.documents.plan import plan_to_json
    from netkit.report.terminal.lab.drill import drill_table
    from netkit.workflows.boot import LabOptions
    from netkit.workflows.drills.run import drill as run
    from netkit.workflows.drills.run import load_drill, plan_drill

    if len(words) > _MOST_WORDS:
        raise InputError.single("arguments", value=" ".join(words), expected="[FILE] SCENARIO")
    require_apart(out, html)
    require_page(html)
    require_writable(out, document_of("drill"))
    scenario, topology = load_drill(words[-1], Path(words[0]) if len(words) > 1 else None)
    require_lab()
    with steps() as progress:
        result = run(scenario, topology, LabOptions(backend, igp, frr), progress)
    document = drill_to_json(result)
    with lost_results_told():
        if json:
            print_json(document)
        else:
            terminal = console()
            terminal.print(drill_table(result, width=terminal.width))
    # Files come last: what a full disk does not take has been said.
    if out is not None:
        write_text(out, to_text(document))
    write_page(
        html, topology, lambda: document,
        lambda: plan_to_json(plan_drill(scenario, topology), topology),
    )  # fmt: skip
    unknown = result.verdict is Verdict.UNKNOWN
    end(
        exit_code(result.verdict),
        "of a phase nothing is shown: no probe was in it" if unknown
        else "packets do not bear out the plan",
    )  # fmt: skip
