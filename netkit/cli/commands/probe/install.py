"""``netkit probe install``: rounds of a site started by cron or by systemd."""

from __future__ import annotations

import os
import pwd
import re
import stat
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.probe.run import CampaignArgument
from netkit.cli.common import JsonOption, print_json
from netkit.errors import InputError, Problem
from netkit.report.documents.probe.install import install_to_json

if TYPE_CHECKING:
    from netkit.model.measurement.campaign import FieldCampaign
    from netkit.workflows.campaigns.timetable import Job

_PASSWORD = re.compile(r"(?<=://)([^:/@]*):[^@]+(?=@)|[?&](ssl)?password=")
"""The places of a password in a URL, as SQLAlchemy and libpq read it."""


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
    from netkit.store.text_files import require_writable, write_text
    from netkit.workflows.campaigns.field import load_campaign
    from netkit.workflows.campaigns.timetable import crontab, units
    from netkit.workflows.campaigns.verified_units import verify_units

    if cron == systemd:
        raise InputError.single("--cron and --systemd", expected="one of them")
    resolved = load_campaign(campaign)
    asked, profile = resolved.asked, resolved.asked.profile.file
    given = (campaign, asked.topology, asked.plan, None if profile is None else Path(profile))
    files = tuple(one.resolve() for one in given if one is not None)
    job = _job(resolved.campaign, files, site, user, store, systemd=systemd)
    if systemd and user is None:
        _check_dynamic(job, (*files, Path(job.command[0]), Path(sys.executable)))
    texts = crontab(job) if cron else units(job)
    written = {path: signed(text) for path, text in texts.items()}
    verified = verify_units(written) if systemd else None
    if not dry_run:
        for path, text in texts.items():
            # Older releases signed nothing: what is there may be just what would be written.
            require_writable(Path(path), partial(_is_own, text))
        for path, text in written.items():
            write_text(Path(path), text)
    if json:
        print_json(install_to_json(written, written=not dry_run, verified=verified))
        return
    _show(written, job, dry_run=dry_run, systemd=systemd)


def _is_own(text: str, held: str) -> bool:
    from netkit.store.own_files import is_signed

    return held == text or is_signed(held)


def _job(
    campaign: FieldCampaign, files: tuple[Path, ...], site: str, user: str | None,
    store: str | None, *, systemd: bool,
) -> Job:  # fmt: skip
    """What starts rounds of the campaign in the first of ``files``, which are all that it reads."""
    from netkit.workflows.campaigns.share import unknown_site
    from netkit.workflows.campaigns.timetable import Job, require_own_windows

    if all(one.name != site for one in campaign.sites):
        raise InputError([unknown_site(campaign, site)])
    flows = campaign.sent_by(site)
    if not flows:
        remedy = "This one only answers: netkit-reflector.service does that."
        expected = "a site that sends in this campaign"
        raise InputError.argument("site", value=site, expected=expected, remedy=remedy)
    if campaign.round_ns is None:
        raise InputError.single(
            "no round_s", file=str(files[0]), expected="round_s: how often a round starts"
        )
    require_own_windows(campaign.round_ns, campaign.window_ns, str(files[0]))
    if store is not None:
        _check_store(store)
    if user is not None:
        _check_user(user)
    keys = {key for flow in flows if (key := campaign.site(flow.dst).key_file) is not None}
    if systemd and user is None and keys:
        raise InputError.argument(
            "user", value="nobody", expected="the user who owns the key files, which nobody else"
            " may read",
        )  # fmt: skip
    command = (_program(), "probe", "run", str(files[0]), "--site", site, "--quiet")
    own = () if store is None else ("--store", store)
    read = (*map(str, files), *sorted(keys), os.path.realpath(sys.executable))
    kept = _folder_of(store)
    return Job(campaign.name, site, campaign.round_ns, (*command, *own), user, read, kept)


def _folder_of(store: str | None) -> str | None:
    """The folder of a database in a file, which a round writes to."""
    file = "" if store is None else store.partition("sqlite:///")[2].partition("?")[0]
    return str(Path(file).resolve().parent) if file else None


def _program() -> str:
    """The console script beside this interpreter."""
    script = Path(sys.executable).with_name("netkit")
    if not script.is_file():
        raise InputError.single("no netkit", value=script, expected="netkit installed by pip")
    return str(script)


def _check_store(url: str) -> None:
    """Everybody may read a unit and a crontab, and the arguments of what they start."""
    if _PASSWORD.search(url):
        raise InputError.argument(
            "store", expected="a URL without a password, as everybody may read these files",
            remedy="The password belongs into ~/.pgpass of the user of --user.",
        )  # fmt: skip


def _check_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        raise InputError.argument("user", value=name, expected="a user of this host") from None


def _check_dynamic(job: Job, files: tuple[Path, ...]) -> None:
    """A user made for the service alone has no rights but those that everybody has, and folders for
    temporary files of its own."""
    from netkit.workflows.campaigns.timetable import is_temporary

    problems = []
    for place in dict.fromkeys(one.resolve() for one in files):
        closed = [one for one in place.parents if not one.stat().st_mode & stat.S_IXOTH]
        what = None
        if closed or not place.stat().st_mode & stat.S_IROTH:
            what = "not for all to read"
        elif is_temporary(str(place)):
            what = "in a folder for temporary files, of which a service has its own"
        if what is not None:
            remedy = "Put it where all may read it, as /etc/netkit, or name who may with --user."
            problems.append(Problem(str(place), None, what, remedy=remedy))
    if job.folder is not None:
        remedy = "Name one with --user, or leave --store out."
        what = "a user made for the service alone cannot write there"
        problems.append(Problem(job.folder, None, what, remedy=remedy))
    if problems:
        raise InputError(problems)


def _show(files: dict[str, str], job: Job, *, dry_run: bool, systemd: bool) -> None:
    for path, text in files.items():
        typer.echo(f"# {path}\n{text}" if dry_run else f"wrote {path}", nl=True)
    if systemd and not dry_run:
        typer.echo(f"then: systemctl daemon-reload && systemctl enable --now {job.name}.timer")
