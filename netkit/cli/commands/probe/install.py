"""``netkit probe install``: rounds of a site started by cron or by systemd."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.probe.run import CampaignArgument
from netkit.cli.common import JsonOption, print_json
from netkit.errors import InputError
from netkit.report.documents.probe.install import install_to_json

if TYPE_CHECKING:
    from netkit.workflows.campaigns.install.timetable import Job


def install(
    campaign: CampaignArgument,
    site: Annotated[str, typer.Option("--site", help="Which site this host is.")],
    cron: Annotated[bool, typer.Option("--cron", help="A file for /etc/cron.d.")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and its timer.")] = False,
    user: Annotated[
        str | None,
        typer.Option(help="Whose rights rounds have; root for cron, one made for it for systemd."),
    ] = None,
    store: Annotated[
        str | None, typer.Option(metavar="URL", help="The database for windows.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the files, and write none.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write what starts SITE's rounds of CAMPAIGN, every round_s: a crontab, or systemd units.

    Units are tried with systemd-analyze where it is there. Exit code 0 if everything is written.
    """
    from netkit.store.own_files import signed
    from netkit.store.text_files import require_writable, write_texts
    from netkit.workflows.campaigns.field import load_campaign
    from netkit.workflows.campaigns.install.job import Wish, job_of
    from netkit.workflows.campaigns.install.timetable import crontab, units
    from netkit.workflows.campaigns.install.verified_units import verify_units

    if cron == systemd:
        raise InputError.single("--cron and --systemd", expected="one of them")
    kept = () if store is None else ("--store", store)
    arguments = ("--site", site, "--quiet", *kept)
    job = job_of(load_campaign(campaign), Wish(site, arguments, user, store, systemd=systemd))
    texts = crontab(job) if cron else units(job)
    written = {path: signed(text) for path, text in texts.items()}
    verified = verify_units(written) if systemd else None
    if not dry_run:
        for path, text in texts.items():
            # Older releases signed nothing: what is there may be just what would be written.
            require_writable(Path(path), partial(_is_own, text))
        write_texts({Path(path): text for path, text in written.items()})
    if json:
        print_json(install_to_json(written, written=not dry_run, verified=verified))
        return
    _show(written, job, dry_run=dry_run, systemd=systemd)


def _is_own(text: str, held: str) -> bool:
    from netkit.store.own_files import is_signed

    return held == text or is_signed(held)


def _show(files: dict[str, str], job: Job, *, dry_run: bool, systemd: bool) -> None:
    for path, text in files.items():
        typer.echo(f"# {path}\n{text}" if dry_run else f"wrote {path}", nl=True)
    if systemd and not dry_run:
        typer.echo(f"then: systemctl daemon-reload && systemctl enable --now {job.name}.timer")
