"""Crontabs and units: what they start is what was asked for, whatever its names hold."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from tempfile import gettempdir

import pytest
from command import netkit
from hypothesis import given
from hypothesis import strategies as st

from netkit.errors import InputError
from netkit.workflows.campaigns.install import timetable
from netkit.workflows.campaigns.install.timetable import Job, calendar, crontab, units
from netkit.workflows.campaigns.install.verified_units import verify_units

S = 10**9
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here")


def job(round_s: int = 300, *words: str, user: str | None = "probe") -> Job:
    return Job("daily", "zw", round_s * S, ("/bin/true", *words), user)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_a_crontab_starts_exactly_these_words(words: list[str]) -> None:
    ((path, text),) = crontab(job(300, *words)).items()
    line = text.splitlines()[-1]
    assert path == "/etc/cron.d/netkit-daily-zw"
    assert line.startswith("*/5 * * * * probe ")
    command = line.removeprefix("*/5 * * * * probe ").removesuffix(" >/dev/null")
    # As cron reads it: a percent sign ends the command, unless a backslash stands before it.
    assert re.search(r"(?<!\\)%", command) is None
    assert shlex.split(command.replace("\\%", "%")) == ["/bin/true", *words]


@pytest.mark.parametrize(
    ("round_s", "when"), [(60, "* * * * *"), (1800, "*/30 * * * *"), (3600, "0 * * * *")]
)
def test_when_cron_starts(round_s: int, when: str) -> None:
    (text,) = crontab(job(round_s)).values()
    assert text.splitlines()[-1] == f"{when} probe /bin/true >/dev/null"


@pytest.mark.parametrize("round_s", [10, 90, 420, 7200])
def test_rounds_that_cron_cannot_start(round_s: int) -> None:
    with pytest.raises(InputError, match="whole minutes that divide an hour"):
        crontab(job(round_s))


@needs_systemd
@pytest.mark.parametrize("round_s", [1, 10, 60, 300, 3600, 21600, 86400])
def test_rounds_start_at_multiples_of_utc(round_s: int) -> None:
    """systemd itself says when: twice in a row, at multiples and no further apart than one."""
    said = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=3", calendar(round_s)],
        capture_output=True, text=True, check=True, env={"TZ": "Asia/Kolkata", "LC_ALL": "C",
                                                         "PATH": "/usr/bin:/bin"},
    ).stdout  # fmt: skip
    when = r"(?:\(in UTC\)|Next elapse|Iter\. #\d+): .*?(\d+-\d+-\d+ \d+:\d+:\d+) UTC"
    times = re.findall(when, said)
    assert len(times) >= 3
    stamps = [_seconds(one) for one in times]
    assert all(stamp % round_s == 0 for stamp in stamps)
    gaps = [after - before for before, after in pairwise(stamps)]
    assert gaps == [round_s] * len(gaps)


def _seconds(text: str) -> int:
    done = subprocess.run(
        ["date", "-u", "-d", text, "+%s"], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_rounds_that_no_calendar_has() -> None:
    with pytest.raises(InputError, match="seconds that divide a minute"):
        calendar(420)


@needs_systemd
@pytest.mark.parametrize(
    "words", [(), ("a b", 'q"uote', "back\\slash", "100%n", "$HOME ${X}", "é", "'", ";")]
)
@pytest.mark.parametrize("user", [None, "nobody"])
def test_units_are_what_systemd_takes(words: tuple[str, ...], user: str | None) -> None:
    files = units(job(300, *words, user=user))
    assert verify_units(files) is True
    service = files["/etc/systemd/system/netkit-daily-zw.service"]
    assert ("DynamicUser=yes" in service) == (user is None)


@needs_systemd
def test_units_that_systemd_does_not_take_are_not_written() -> None:
    files = units(job())
    broken = {
        path: text.replace("OnCalendar=", "OnCalendar=never ") for path, text in files.items()
    }
    with pytest.raises(InputError, match="systemd-analyze verify refuses"):
        verify_units(broken)


def test_files_in_a_home_stay_readable() -> None:
    for word, told in (("/root/daily.yaml", "read-only"), ("/etc/netkit/daily.yaml", "yes")):
        service = next(iter(units(job(300, word)).values()))
        assert f"ProtectHome={told}\n" in service


@needs_systemd
def test_what_a_service_reads_and_where_it_writes_is_there_for_it() -> None:
    """Not what its command names alone: topology, plan, profile, keys, the interpreter."""
    command = ("/bin/true", "/etc/netkit/daily.yaml")
    files, folder = ("/home/me/region.yaml", "/tmp/tiers.yaml"), "/srv/my windows"
    one = Job("daily", "zw", 300 * S, command, "probe", files, folder)
    written = units(one)
    service = next(iter(written.values()))
    assert verify_units(written) is True
    for line in ("ProtectHome=read-only", "PrivateTmp=no", f'ReadWritePaths="{folder}"'):
        assert f"{line}\n" in service
    plain = next(iter(units(Job("daily", "zw", 300 * S, command, "probe")).values()))
    assert "PrivateTmp=yes\n" in plain
    assert "ReadWritePaths" not in plain


def test_names_that_no_file_can_have_are_told_apart() -> None:
    first, second = (Job(name, "s", 60 * S, ("/bin/true",)).name for name in ("a b", "a/b"))
    assert first != second
    assert re.fullmatch(r"netkit-a-b-s-[0-9a-f]{6}", first)
    with pytest.raises(InputError, match="control characters"):
        crontab(job(60, "a\nb"))


CAMPAIGN = """\
name: daily
scope: national
round_s: 300
count: 10
sites:
  - {name: a, addresses: ["2001:db8::1"]}
  - {name: b, addresses: ["2001:db8::2"], key_file: b.key}
measure: [{pairs: [{src: a, dst: b}, {src: b, dst: a}]}]
"""


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    path = tmp_path / "daily.yaml"
    path.write_text(CAMPAIGN)
    path.chmod(0o600)
    return path


def test_a_dry_run_prints_what_would_be_written(campaign: Path) -> None:
    done = netkit("probe", "install", campaign, "--site", "a", "--cron", "--dry-run", "--json")
    document = json.loads(done.stdout)
    (file,) = document["files"]
    assert (document["schema"], document["written"]) == ("netkit/probe-install/1", False)
    assert not Path(file["path"]).exists()
    line = shlex.split(file["text"].splitlines()[-1])
    assert line[:6] == ["*/5", "*", "*", "*", "*", "root"]
    assert Path(line[6]).is_absolute()
    assert line[7:] == ["probe", "run", str(campaign), "--site", "a", "--quiet", ">/dev/null"]
    own = ("--user", "nobody")
    shown = netkit("probe", "install", campaign, "--site", "b", "--systemd", *own, "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "OnCalendar=*-*-* *:0/5:00 UTC" in shown.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--site", "a"), "--cron and --systemd; expected one of them"),
        (("--site", "c", "--cron"), "--site: c; expected a site of daily: a, b"),
        (("--site", "a", "--systemd"), "--user: nobody; expected the user who owns the key files"),
        (("--site", "b", "--systemd"), "daily.yaml: not for all to read. Put it where all may"),
        (("--site", "a", "--cron", "--user", "no-such"), "--user: no-such; expected a user of"),
    ],
)
def test_bad_input(campaign: Path, words: tuple[str, ...], said: str) -> None:
    done = netkit("probe", "install", campaign, *words, "--dry-run")
    assert (done.returncode, done.stdout) == (3, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("postgresql://netkit:hunter2@db/netkit", True),
        ("postgresql://:hunter/2#@db/netkit", True),
        ("postgresql://db/netkit?user=netkit&password=hunter2", True),
        ("postgresql://netkit@db:5432/netkit", False),
        ("sqlite:////var/lib/netkit/a:b@c.sqlite", False),
    ],
)
def test_no_password_comes_into_a_file_that_everybody_may_read(
    campaign: Path, url: str, is_refused: bool
) -> None:
    own = ("--site", "a", "--cron", "--dry-run", "--store", url)
    done = netkit("probe", "install", campaign, *own)
    assert done.returncode == (3 if is_refused else 0), done.stderr
    assert ("--store; expected a URL without a password" in done.stderr) == is_refused
    assert "hunter" not in done.stdout + done.stderr
    assert is_refused or url in done.stdout


def test_a_user_of_its_own_finds_no_temporary_file_and_writes_nowhere_else(
    tmp_path: Path, campaign: Path
) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o005 and folder.is_relative_to(gettempdir()):
            folder.chmod(0o755)
    campaign.chmod(0o644)
    kept = ("--store", "sqlite:////srv/netkit/windows.sqlite")
    words = ("--site", "b", "--systemd", *kept, "--dry-run")
    done = netkit("probe", "install", campaign, *words)
    assert done.returncode == 3
    assert f"{campaign}: in a folder for temporary files, of which a service has" in done.stderr
    assert "/srv/netkit: a user made for the service alone cannot write there" in done.stderr
    owned = netkit("probe", "install", campaign, *words, "--user", "nobody")
    assert owned.returncode == 0, owned.stderr
    assert 'ReadWritePaths="/srv/netkit"' in owned.stdout


def test_a_campaign_without_rounds_cannot_be_installed(campaign: Path) -> None:
    campaign.write_text(CAMPAIGN.replace("round_s: 300\n", ""))
    done = netkit("probe", "install", campaign, "--site", "b", "--cron", "--dry-run")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no round_s; expected round_s: how often a round starts" in done.stderr


@pytest.fixture
def cron_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cron.d"
    folder.mkdir()
    monkeypatch.setattr(timetable, "CRON_FOLDER", str(folder))
    return folder


def test_what_was_installed_is_replaced_while_it_is_as_it_was(
    campaign: Path, cron_folder: Path
) -> None:
    words = ("probe", "install", campaign, "--site", "a", "--cron")
    (file,) = json.loads(netkit(*words, "--dry-run", "--json").stdout)["files"]
    done = netkit(*words)
    assert done.returncode == 0, done.stderr
    assert Path(file["path"]).read_text() == file["text"]
    # As a release before this one wrote it.
    Path(file["path"]).write_text(file["text"].partition("\n")[2])
    campaign.write_text(CAMPAIGN.replace("count: 10", "count: 20"))
    assert netkit(*words).returncode == 0
    campaign.write_text(CAMPAIGN.replace("round_s: 300", "round_s: 600"))
    assert netkit(*words).returncode == 0
    assert "*/10 * * * * root" in Path(file["path"]).read_text()


@pytest.mark.parametrize("theirs", ["* * * * * root theirs\n", None])
def test_nobody_elses_file_is_replaced_by_one_that_is_installed(
    campaign: Path, cron_folder: Path, theirs: str | None
) -> None:
    """Not another's of that name, nor the own one once somebody has changed it."""
    words = ("probe", "install", campaign, "--site", "a", "--cron")
    (file,) = json.loads(netkit(*words, "--dry-run", "--json").stdout)["files"]
    held = Path(file["path"])
    if theirs is None:
        assert netkit(*words).returncode == 0
        theirs = held.read_text().replace("*/5", "*/15")
    held.write_text(theirs)
    done = netkit(*words)
    assert (done.returncode, held.read_text()) == (3, theirs)
    assert "will not be overwritten" in done.stderr


def test_rounds_that_share_a_window_cannot_be_installed(campaign: Path) -> None:
    """Of two rounds in one window a store would keep the first."""
    words = ("probe", "install", campaign, "--site", "a", "--systemd", "--user", "nobody")
    campaign.write_text(CAMPAIGN.replace("round_s: 300\n", "round_s: 30\n"))
    done = netkit(*words, "--dry-run")
    assert (done.returncode, done.stdout) == (3, "")
    assert "rounds that share windows: round_s: 30, window_s: 60; expected" in done.stderr
    assert "window_s: 30 would do" in done.stderr
    campaign.write_text(CAMPAIGN.replace("round_s: 300\n", "round_s: 30\nwindow_s: 30\n"))
    assert netkit(*words, "--dry-run").returncode == 0
