"""``netkit demo``: the main job, once round the loop on the national backbone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from netkit.cli.common import console, print_json, steps
from netkit.errors import InputError

if TYPE_CHECKING:
    from netkit.workflows.campaign_file import Campaign

OutOption = Annotated[Path, typer.Option("--out", "-o", help="Folder for everything written.")]


class Backend(StrEnum):
    """What delays the links; ``auto`` takes the first that works here."""

    AUTO = "auto"
    WIRE = "wire"
    NETEM = "netem"


BackendOption = Annotated[Backend, typer.Option(help="What delays the links.")]
LabOption = Annotated[bool, typer.Option("--lab/--no-lab", help="Boot and measure, or only plan.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write summary.json to stdout as well.")]


def demo(
    out: OutOption = Path("out/demo"),
    campaigns: Annotated[
        Path | None, typer.Option(help="Folder of campaign files; those of probes/ unless given.")
    ] = None,
    backend: BackendOption = Backend.AUTO,
    lab: LabOption = True,
    json: JsonOption = False,
) -> None:
    """Plan the national backbone, boot it in Mininet, measure every tier, write a report.

    Without root the lab is skipped: plan and configurations are made all the same.
    """
    from netkit.files.shipped_files import shipped
    from netkit.workflows.campaign_file import load_campaign

    folder = campaigns or shipped("probes")
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise InputError.single(
            "no campaign files",
            value=folder,
            expected="a folder with *.yaml",
            remedy="Name one with --campaigns.",
        )
    _go(tuple(load_campaign(file) for file in files), out, backend, lab, json)


def run(
    campaign: Annotated[Path, typer.Argument(help="A campaign file, such as those in probes/.")],
    out: OutOption = Path("out/campaign"),
    backend: BackendOption = Backend.AUTO,
    lab: LabOption = True,
    json: JsonOption = False,
) -> None:
    """Run one campaign over the emulated backbone: plan, boot, measure, report."""
    from netkit.workflows.campaign_file import load_campaign

    _go((load_campaign(campaign),), out, backend, lab, json)


def _go(
    campaigns: tuple[Campaign, ...], out: Path, backend: Backend, lab: bool, json: bool
) -> NoReturn:
    from netkit.report.documents.summary import build_summary
    from netkit.report.terminal.results import results_table
    from netkit.workflows.campaign import run_campaigns

    with steps() as tell:
        run = run_campaigns(campaigns, out=out, backend=backend, lab=lab, progress=tell)
    if json:
        print_json(build_summary(run.results))
    else:
        screen = console()
        screen.print(results_table(run.results, width=screen.width))
    run.write(out)
    if not json:
        typer.echo(f"Everything is in {out}: report.html, summary.json, plan.json, configs/")
    if run.interrupted:
        typer.echo("netkit: interrupted; what was measured until then is in there", err=True)
    if run.error is not None:
        raise run.error
    raise typer.Exit(run.exit_code)
