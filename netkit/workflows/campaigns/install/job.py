"""What is started: whose rights it has, what it reads, where it writes; and what keeps it from."""

from __future__ import annotations

import os
import pwd
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from netkit.errors import InputError, Problem
from netkit.model.measurement.campaign import FieldCampaign
from netkit.store.windows.engine import parsed
from netkit.workflows.campaigns.field import ResolvedCampaign
from netkit.workflows.campaigns.install.timetable import Job, is_temporary, require_own_windows
from netkit.workflows.campaigns.share import unknown_site

_PASSWORD = re.compile(r"(?<=://)([^:/@]*):[^@]+(?=@)|[?&](ssl)?password=")
"""The places of a password in a URL, as SQLAlchemy and libpq read it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Rounds of ``site`` with the rights of ``user``, kept in ``store``, by ``systemd`` or cron.

    Without a user they have root's by cron, and those of one that systemd makes for them alone.
    ``arguments`` are what a round's command is told behind its campaign.
    """

    site: str
    arguments: tuple[str, ...]
    user: str | None = None
    store: str | None = None
    systemd: bool = False


def job_of(resolved: ResolvedCampaign, wish: Wish) -> Job:
    """What starts the rounds of a campaign as wished.

    Raises:
        InputError: the site sends nothing, there are no rounds or they share windows, the user is
            none of this host or could not read what a round reads.
    """
    asked = resolved.asked
    own = (asked.file, asked.topology, asked.plan, asked.profile.file)
    files = tuple(Path(one).resolve() for one in own if one is not None)
    keys = _keys(resolved.campaign, wish.site)
    round_ns = _round_ns(resolved.campaign, str(files[0]))
    alone = wish.systemd and wish.user is None
    if wish.store is not None and _PASSWORD.search(wish.store):
        raise InputError.argument(
            "store", expected="a URL without a password, as everybody may read these files",
            remedy="The password belongs into ~/.pgpass of the user whose rights rounds have.",
        )  # fmt: skip
    _require_user(wish.user)
    if alone and keys:
        raise InputError.argument(
            "user", value="nobody", expected="the user who owns the key files, which nobody else"
            " may read",
        )  # fmt: skip
    command = (_program(), "probe", "run", str(files[0]), *wish.arguments)
    read = (*map(str, files), *keys, os.path.realpath(sys.executable))
    folder = _folder_of(wish.store)
    job = Job(resolved.campaign.name, wish.site, round_ns, command, wish.user, read, folder)
    if alone:
        unfit = list(_unfit_alone(job, (*files, Path(command[0]), Path(sys.executable))))
        if unfit:
            raise InputError(unfit)
    return job


def _keys(campaign: FieldCampaign, site: str) -> list[str]:
    """The key files of whom the site sends to."""
    if all(one.name != site for one in campaign.sites):
        raise InputError([unknown_site(campaign, site)])
    flows = campaign.sent_by(site)
    if not flows:
        remedy = "This one only answers: netkit-reflector.service does that."
        expected = "a site that sends in this campaign"
        raise InputError.argument("site", value=site, expected=expected, remedy=remedy)
    return sorted({key for flow in flows if (key := campaign.site(flow.dst).key_file) is not None})


def _round_ns(campaign: FieldCampaign, file: str) -> int:
    if campaign.round_ns is None:
        raise InputError.single(
            "no round_s", file=file, expected="round_s: how often a round starts"
        )
    require_own_windows(campaign.round_ns, campaign.window_ns, file)
    return campaign.round_ns


def _folder_of(store: str | None) -> str | None:
    """The folder of a database in a file, which a round writes to."""
    url = None if store is None else parsed(store)
    if url is None or url.get_backend_name() != "sqlite":
        return None
    return str(Path(str(url.database)).resolve().parent)


def _program() -> str:
    """The console script beside this interpreter."""
    script = Path(sys.executable).with_name("netkit")
    if not script.is_file():
        raise InputError.single("no netkit", value=script, expected="netkit installed by pip")
    return str(script)


def _require_user(name: str | None) -> None:
    try:
        pwd.getpwnam(name or "root")
    except KeyError:
        raise InputError.argument("user", value=name, expected="a user of this host") from None


def _unfit_alone(job: Job, files: Iterable[Path]) -> Iterator[Problem]:
    """A user made for the service alone has no rights but those that everybody has, and folders for
    temporary files of its own."""
    for place in dict.fromkeys(one.resolve() for one in files):
        closed = any(not one.stat().st_mode & stat.S_IXOTH for one in place.parents)
        what = None
        if closed or not place.stat().st_mode & stat.S_IROTH:
            what = "not for all to read"
        elif is_temporary(str(place)):
            what = "in a folder for temporary files, of which a service has its own"
        if what is not None:
            remedy = "Put it where all may read it, as /etc/netkit, or name who may"
            yield Problem(str(place), None, what, remedy=remedy, field="user")
    if job.folder is not None:
        what = "a user made for the service alone cannot write there"
        remedy = "Leave the store out, or name one"
        yield Problem(job.folder, None, what, remedy=remedy, field="user")
