"""``netkit demo``: the main job, once round the loop on the national backbone."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import (
    JsonOption,
    console,
    end,
    lost_results_told,
    print_json,
    print_lines,
    steps,
)
from netkit.cli.grammar import completion
from netkit.cli.grammar.folders import folder_option
from netkit.cli.options.groups import grouped
from netkit.cli.options.rows import RowOptions
from netkit.errors import InputError
from netkit.language.words import say
from netkit.workflows.campaigns.lab_wishes import LabWishes

if TYPE_CHECKING:
    from netkit.report.results import LoopResults
    from netkit.workflows.campaigns.lab_campaign import Campaign
    from netkit.workflows.campaigns.loop import CampaignRun

_SHOWN = 10

OutOption = Annotated[Path, folder_option("Folder for everything written.")]


class Backend(StrEnum):
    """What delays the links; ``auto`` takes the first that works here."""

    AUTO = "auto"
    WIRE = "wire"
    HTB = "htb"
    NETEM = "netem"


class Igp(StrEnum):
    """What fills routing tables; ``frr`` is real IS-IS."""

    STATIC = "static"
    STAGED = "staged"
    FRR = "frr"


BackendOption = Annotated[Backend, typer.Option(help="What delays the links.")]
IgpOption = Annotated[Igp, typer.Option(help="What fills tables.")]
FrrOption = Annotated[
    str,
    typer.Option(
        metavar="installed|8.4|10.3",
        autocompletion=completion.among("installed", "8.4", "10.3"),
        help="Which FRR, where that fills tables.",
    ),
]
LabOption = Annotated[bool, typer.Option("--lab/--no-lab", help="Boot and measure, or only plan.")]


@grouped
def demo(
    rows: RowOptions,
    out: OutOption = Path("out/demo"),
    campaigns: Annotated[
        Path | None, typer.Option(help="Folder of campaign files; those of probes/ unless given.")
    ] = None,
    backend: BackendOption = Backend.AUTO,
    lab: LabOption = True,
    json: JsonOption = False,
) -> None:
    """Plan the national backbone, boot it in Mininet, measure every tier, write a report.

    Without root the lab is skipped: plan and configurations are made all the same. Exit code 2 if
    a promise was contradicted, 3 if it could not be measured; doubt that the emulation leaves is
    shown and is neither.
    """
    from netkit.files.shipped_files import shipped
    from netkit.workflows.campaigns.lab_campaign import load_campaigns

    folder = campaigns or shipped("probes")
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise InputError.single(
            "no campaign files",
            value=folder,
            expected="a folder with *.yaml",
            remedy="Name one with --campaigns.",
        )
    asked = load_campaigns(files)
    of = f"the campaigns in {folder.resolve().name} ({asked[0].topology.name})"
    run = _go(asked, of, out, LabWishes(lab, backend), rows, json=json)
    end(*run.contradiction)


@grouped
def run(
    rows: RowOptions,
    campaign: Annotated[Path, typer.Argument(help="A campaign file, such as those in probes/.")],
    topology: Annotated[
        Path | None, typer.Option(help="Another topology file than the campaign's own.")
    ] = None,
    out: Annotated[
        Path | None,
        folder_option("Folder for everything written; out/NAME unless given."),
    ] = None,
    backend: BackendOption = Backend.AUTO,
    igp: IgpOption = Igp.STATIC,
    frr: FrrOption = "installed",
    lab: LabOption = True,
    json: JsonOption = False,
) -> None:
    """Run one campaign over the emulated backbone: plan, boot, measure, report.

    Exit code 2 if some direction cannot keep its tier, by plan or by measurement, 3 if a verdict
    is inconclusive or unknown.
    """
    from netkit.workflows.campaigns.lab_campaign import load_campaigns
    from netkit.workflows.campaigns.loop import identity

    folder = Path("out", campaign.stem) if out is None else out
    asked = load_campaigns([campaign], topology)
    tell_unheeded(asked)
    wishes = LabWishes(lab, backend, igp, frr)
    end(*_go(asked, identity(asked[0]), folder, wishes, rows, json=json).ending)


def tell_unheeded(campaigns: Iterable[Campaign]) -> None:
    """What files ask for and the lab does not do."""
    for one in campaigns:
        if one.unheeded:
            said = f"netkit: {one.title}: not done in the lab: {', '.join(one.unheeded)}"
            typer.echo(said, err=True)


def _go(
    campaigns: tuple[Campaign, ...],
    of: str,
    out: Path,
    lab: LabWishes,
    rows: RowOptions,
    *,
    json: bool,
) -> CampaignRun:
    from netkit.workflows.campaigns.loop import results_folder, run_campaigns

    run, kept = None, None
    try:
        with results_folder(out, of) as folder:
            with steps() as tell:
                run = run_campaigns(campaigns, out=folder, lab=lab, progress=tell)
            kept = run.write(folder)
    finally:
        # Results are kept before they are shown, and shown also where they cannot be kept.
        if run is not None:
            with lost_results_told():
                _show(run.results, kept, rows, json=json)
    if run.error is not None:
        raise run.error
    return run


def _show(results: LoopResults, kept: Path | None, rows: RowOptions, *, json: bool) -> None:
    from netkit.report.documents.summary import build_summary
    from netkit.report.terminal.lab.results import results_table

    if json:
        print_json(build_summary(results))
        return
    screen = console()
    screen.print(results_table(results, width=screen.width, limit=rows.most(_SHOWN)))
    if kept is not None:
        files = "report.html, summary.json, plan.json, configs/"
        print_lines(say("Everything is in {folder}: {files}", folder=kept, files=files))
