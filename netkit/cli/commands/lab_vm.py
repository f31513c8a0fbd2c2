"""``netkit lab vm``: a campaign on a stock kernel in virtual time."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.commands.demo import Backend, BackendOption, tell_unheeded
from netkit.cli.common import JsonOption, lost_results_told, steps
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.grammar.folders import folder_option
from netkit.cli.grammar.loudness import step
from netkit.errors import InputError
from netkit.model.progress import Steps
from netkit.model.units import NS_PER_S

_MOST_WORDS = 2


def vm(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[FILE] CAMPAIGN",
            help="A topology, unless the campaign's own; a campaign file.",
        ),
    ],
    suite: Annotated[
        str, typer.Option(help="Whose kernel: trixie (Debian 13) or bookworm (Debian 12).")
    ] = "trixie",
    backend: BackendOption = Backend.AUTO,
    out: Annotated[
        Path | None,
        folder_option("Folder for everything written; out/vm-NAME else."),
    ] = None,
    limit: Annotated[
        Duration, duration_option("--limit", help="The longest that it may take here.", least="1s")
    ] = Duration(3600 * NS_PER_S),
    json: JsonOption = False,
) -> None:
    """Run a campaign over the emulated backbone, on a stock Debian kernel whose clock counts
    instructions: nothing is late there, whatever this machine does meanwhile.

    It runs in QEMU. The first run of a suite makes a guest, as root. The exit code is that of
    `netkit lab run` in the guest; 3 if there is no result.
    """
    from netkit.lab.vm.guest import require_place
    from netkit.workflows.campaigns.lab_campaign import load_campaigns
    from netkit.workflows.campaigns.loop import identity
    from netkit.workflows.labs.vm import GuestOptions, campaign_job, run_campaign

    campaign, topology = _files(words)
    folder = Path("out", f"vm-{campaign.stem}") if out is None else out
    require_place(folder)
    # What is wrong with the files is said now, and by the names that they have here.
    asked = load_campaigns([campaign], topology)
    tell_unheeded(asked)
    job = campaign_job(campaign, _lab_run(campaign, topology, backend.value, json=json))
    options = GuestOptions(suite, limit.ns / NS_PER_S)
    with steps() as tell:
        said = partial(_said, suite, tell)
        outcome = run_campaign(job, options, folder, identity(asked[0]), said, tell)
    with lost_results_told():
        typer.echo((folder / "results").read_text(encoding="utf-8"), nl=False)
    typer.echo(f"/job/out of the guest is {folder} here; its output is in log there", err=True)
    raise typer.Exit(outcome.status)


def _files(words: list[str]) -> tuple[Path, Path | None]:
    """The campaign, and the topology that goes before its own."""
    if len(words) > _MOST_WORDS:
        raise InputError.single("arguments", value=" ".join(words), expected="[FILE] CAMPAIGN")
    return Path(words[-1]), Path(words[0]) if len(words) > 1 else None


def _lab_run(
    campaign: Path, topology: Path | None, backend: str, *, json: bool
) -> list[str | Path]:
    """The words that run a campaign in a guest, over its own topology or the one given."""
    from netkit.workflows.labs.vm import RUN_FOLDER

    words: list[str | Path] = ["lab", "run", "-v", campaign, "--backend", backend]
    words += ["--out", RUN_FOLDER]
    words += [] if topology is None else ["--topology", topology]
    return [*words, "--json"] if json else words


def _said(suite: str, tell: Steps, line: str, _: float) -> None:
    """Show what the guest says."""
    if line.strip():
        step(f"guest: {line}")
        tell(f"guest of {suite}: {line}", 0, 1)
