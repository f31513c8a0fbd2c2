"""When a site's rounds are started by cron or by systemd: a line of a crontab, or two units.

The command itself spreads the starts of its flows over the round (docs/campaigns.md), so neither
needs a random delay. systemd's calendar is in UTC, as rounds are; cron's is in local time, so that
only rounds that divide an hour mean the same there.
"""

from __future__ import annotations

import hashlib
import math
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from netkit.errors import InputError
from netkit.model.units import NS_PER_S

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_HOMES = ("/home/", "/root/")
_TMP = ("/tmp/", "/var/tmp/")  # noqa: S108
"""Where a service with PrivateTmp sees files of its own alone."""
_SAFE = re.compile(r"[^A-Za-z0-9_-]+")
CRON_FOLDER, UNIT_FOLDER = "/etc/cron.d", "/etc/systemd/system"


@dataclass(frozen=True, slots=True)
class Job:
    """What is started: ``command`` by absolute paths, every ``round_ns``.

    ``user`` is whose rights it has, None for a user that systemd makes for it alone; ``files`` are
    what it reads, ``folder`` is where it keeps windows, if that is not its state folder.
    """

    campaign: str
    site: str
    round_ns: int
    command: tuple[str, ...]
    user: str | None = None
    files: tuple[str, ...] = ()
    folder: str | None = None

    def uses(self, roots: tuple[str, ...]) -> bool:
        """Is any of its files below one of these folders, or the one that it writes to?"""
        return any(word.startswith(roots) for word in (*self.command, *self.files, self._kept))

    @property
    def _kept(self) -> str:
        return f"{self.folder or ''}/"

    @property
    def name(self) -> str:
        """A name for files: that of campaign and site, told apart where it had to be changed."""
        plain = f"netkit-{self.campaign}-{self.site}"
        safe = _SAFE.sub("-", plain)
        if safe == plain:
            return safe
        return f"{safe}-{hashlib.sha256(plain.encode()).hexdigest()[:6]}"


def require_own_windows(round_ns: int, window_ns: int, file: str) -> None:
    """A store keeps one window of a name: of two rounds in one window it would keep the first.

    Raises :class:`~netkit.errors.InputError` for rounds of ``file`` that would share one.
    """
    if round_ns % window_ns:
        round_s, window_s = round_ns // NS_PER_S, window_ns // NS_PER_S
        raise InputError.single(
            "rounds that share windows", file=file,
            value=f"round_s: {round_s}, window_s: {window_s}",
            expected="a multiple of window_s, or all but the first round of a window is lost",
            remedy=f"window_s: {math.gcd(round_s, window_s)} would do.",
        )  # fmt: skip


def crontab(job: Job) -> dict[str, str]:
    """The file for cron, by its path. Raises :class:`~netkit.errors.InputError` for a round that
    cron cannot start, and for what no line of a crontab can hold."""
    _require_printable(job)
    round_s = job.round_ns // NS_PER_S
    if round_s % _MINUTE_S or _HOUR_S % round_s:
        raise InputError.single(
            "round_s for cron", value=round_s, expected="whole minutes that divide an hour",
            remedy="systemd starts any round that divides an hour or a day.",
        )  # fmt: skip
    minutes = round_s // _MINUTE_S
    when = "0" if minutes == 60 else "*" if minutes == 1 else f"*/{minutes}"
    # cron mails what a command prints: of a round only what is wrong, which goes to stderr.
    # To cron a percent sign is the end of the command, unless a backslash stands before it.
    command = shlex.join(job.command).replace("%", "\\%")
    text = (
        f"# Rounds of {job.campaign} at {job.site}; made by netkit probe install.\n"
        f"SHELL=/bin/sh\n{when} * * * * {job.user or 'root'} {command} >/dev/null\n"
    )
    return {f"{CRON_FOLDER}/{job.name}": text}


def units(job: Job) -> dict[str, str]:
    """The service and its timer, by their paths. Raises :class:`~netkit.errors.InputError` for a
    round that no calendar has, and for what no unit can hold."""
    _require_printable(job)
    service, timer = (f"{UNIT_FOLDER}/{job.name}.{kind}" for kind in ("service", "timer"))
    about = _escaped(f"{job.campaign} at {job.site}")
    texts = {service: _SERVICE, timer: _TIMER}
    filled = {
        "ABOUT": about,
        "COMMAND": " ".join(map(_quoted, job.command)),
        "TIMEOUT": str(2 * job.round_ns // NS_PER_S + _MINUTE_S),
        "USER": "DynamicUser=yes" if job.user is None else f"User={job.user}",
        "HOME": "read-only" if job.uses(_HOMES) else "yes",
        "TMP": "no" if job.uses(_TMP) else "yes",
        "WRITE": "" if job.folder is None else f"ReadWritePaths={_quoted(job.folder)}\n",
        "CALENDAR": calendar(job.round_ns // NS_PER_S),
    }
    return {
        path: re.sub("@([A-Z]+)@", lambda found: filled[found[1]], text)
        for path, text in texts.items()
    }


def calendar(round_s: int) -> str:
    """The OnCalendar of rounds at the multiples of ``round_s`` of UTC.

    >>> calendar(300), calendar(10), calendar(21600)
    ('*-*-* *:0/5:00 UTC', '*-*-* *:*:0/10 UTC', '*-*-* 0/6:00:00 UTC')
    """
    for unit_s, whole_s, form in (
        (1, _MINUTE_S, "*-*-* *:*:0/{} UTC"),
        (_MINUTE_S, _HOUR_S, "*-*-* *:0/{}:00 UTC"),
        (_HOUR_S, _DAY_S, "*-*-* 0/{}:00:00 UTC"),
    ):
        if round_s % unit_s == 0 and whole_s % round_s == 0:
            # 0/60 is no minute: the whole is told by the first value alone.
            steps = round_s // unit_s
            return form.replace("0/{}", "00") if round_s == whole_s else form.format(steps)
    raise InputError.single(
        "round_s for systemd", value=round_s,
        expected="seconds that divide a minute, minutes that divide an hour, or hours a day",
    )  # fmt: skip


def is_temporary(path: str) -> bool:
    """Is that a file which a user made for a service alone never sees?"""
    return path.startswith(_TMP)


def _require_printable(job: Job) -> None:
    words: Sequence[str] = (
        *job.command, job.campaign, job.site, job.user or "", job.folder or "",
    )  # fmt: skip
    for word in words:
        if not word.isprintable():
            raise InputError.single(
                "a name with control characters", value=ascii(word), expected="printable text"
            )
    if not PurePosixPath(job.command[0]).is_absolute():
        raise InputError.single("command", value=job.command[0], expected="an absolute path")


def _quoted(word: str) -> str:
    """An argument of ExecStart (systemd.service(5), systemd.syntax(7)), whatever is in it."""
    inner = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{_escaped(inner)}"'


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


_TIMER = """\
# Made by netkit probe install. Rounds start at the same moments of UTC at every site; each flow has
# a moment of its own inside its round.
[Unit]
Description=netkit: when rounds of @ABOUT@ start

[Timer]
OnCalendar=@CALENDAR@
AccuracySec=1s

[Install]
WantedBy=timers.target
"""

_SERVICE = """\
# Made by netkit probe install.
[Unit]
Description=netkit: a round of @ABOUT@
Documentation=https://www.rfc-editor.org/rfc/rfc8762
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=@COMMAND@
Environment=NETKIT_STATE=%S/netkit
StateDirectory=netkit
# Degraded and breach are results; only a round that could not be measured is a failure.
SuccessExitStatus=1 2
KillSignal=SIGTERM
TimeoutStartSec=@TIMEOUT@
TimeoutStopSec=10

# No rights but to send datagrams and to write its own state.
@USER@
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
@WRITE@ProtectHome=@HOME@
PrivateTmp=@TMP@
PrivateDevices=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
UMask=0077
SystemCallArchitectures=native
SystemCallFilter=@system-service
# Asking the kernel for the error of its clock; setting it takes CAP_SYS_TIME.
SystemCallFilter=adjtimex clock_adjtime
SystemCallErrorNumber=EPERM
MemoryMax=512M
"""
