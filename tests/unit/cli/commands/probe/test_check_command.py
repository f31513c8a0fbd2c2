"""``netkit probe check`` and ``netkit probe metrics`` on a store, as a person or cron runs them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from command import netkit
from measured_windows import BEGIN_NS, MINUTE_NS, window

from netkit.model.verdict import Verdict
from netkit.store.windows.store import open_store


@pytest.fixture
def url(tmp_path):
    """A pair that passes and one that breaks its tier, measured in the last minute."""
    minute = (time.time_ns() - BEGIN_NS) // MINUTE_NS - 1
    path = f"sqlite:///{tmp_path / 'w.sqlite'}"
    with open_store(path) as store:
        store.add([
            window(minute=minute),
            window(minute=minute - 40, verdict=Verdict.BREACH),
            window("beijing", "xian", minute, campaign="far", verdict=Verdict.BREACH),
        ])  # fmt: skip
    return path


@pytest.mark.parametrize(
    ("words", "code", "begin"),
    [
        (["beijing", "shanghai"], 0, "NETKIT OK: beijing to shanghai: 2 of 2 directions pass"),
        (["hubs"], 0, "NETKIT OK: hubs: 2 of 2"),
        (["far"], 2, "NETKIT CRITICAL: far: 0 of 2"),
        (["beijing", "shanghai", "--campaign", "far"], 3, "NETKIT UNKNOWN: beijing to shanghai"),
        (["beijing", "shanghai", "--warn-margin", "60"], 1, "NETKIT WARNING: "),
        (["nowhere"], 3, "NETKIT UNKNOWN: nowhere: nothing is stored"),
    ],
)
def test_a_check_is_one_line_and_its_code(url, words, code, begin):
    done = netkit("probe", "check", *words, "--store", url)
    assert done.returncode == code
    assert done.stdout.startswith(begin)
    assert done.stdout.count("\n") == 1


def test_windows_of_a_clock_that_was_a_year_ahead_hide_none_of_now(url):
    minute = (time.time_ns() - BEGIN_NS) // MINUTE_NS + 365 * 1440
    with open_store(url) as store:
        store.add([window(minute=minute, verdict=Verdict.BREACH)])
    done = netkit("probe", "check", "hubs", "--store", url)
    assert (done.returncode, done.stdout[:17]) == (0, "NETKIT OK: hubs: ")


def test_between_rounds_a_check_stays_what_the_last_one_came_to(tmp_path):
    """Of a quarter of an hour with windows of a minute: the last ended 20 minutes ago, and the next
    round is not over. Once two could be over nothing is known of now."""
    minute = (time.time_ns() - BEGIN_NS) // MINUTE_NS
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    with open_store(url) as store:
        store.add([window(minute=minute - 21 - 15 * number) for number in range(6)])
        store.add([window(minute=minute - 51 - 15 * number, flow="dead") for number in range(6)])
    done = netkit("probe", "check", "hubs", "--store", url)
    assert done.returncode == 3
    assert "2 of 4 directions pass" in done.stdout
    assert "(hubs/dead): the last window is" in done.stdout


@pytest.mark.parametrize(("ago", "code"), [(20, 0), (30, 0), (32, 3), (58, 3)])
def test_a_check_knows_the_rounds_of_a_new_job_from_the_first_on(tmp_path, ago, code):
    """Of a quarter of an hour: a good pair was UNKNOWN after six minutes, until the third round."""
    minute = (time.time_ns() - BEGIN_NS) // MINUTE_NS
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    with open_store(url) as store:
        store.add([replace(window(minute=minute - 1 - ago), round_ns=15 * MINUTE_NS)])
    assert netkit("probe", "check", "hubs", "--store", url).returncode == code


def test_rounds_that_come_more_rarely_than_their_file_says_are_as_rare_as_they_come(tmp_path):
    minute = (time.time_ns() - BEGIN_NS) // MINUTE_NS
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    with open_store(url) as store:
        for number in range(6):
            one = window(minute=minute - 21 - 15 * number)
            store.add([replace(one, round_ns=5 * MINUTE_NS)])
    assert netkit("probe", "check", "hubs", "--store", url).returncode == 0


def test_a_store_that_is_not_there_is_unknown_on_stdout(tmp_path):
    done = netkit("probe", "check", "hubs", "--store", f"sqlite:///{tmp_path / 'none'}")
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("NETKIT UNKNOWN: ")


def test_a_check_as_a_document(url):
    document = json.loads(netkit("probe", "check", "far", "--store", url, "--json").stdout)
    assert (document["schema"], document["verdict"]) == ("netkit/probe-check/1", "breach")
    assert len(document["directions"]) == 2


@pytest.mark.parametrize("words", [["beijing", "shanghai"], ["far"]])
def test_the_plug_in_loads_little_and_says_the_same(url, words):
    command = ["probe", "check", *words, "--store", url]
    program = (
        "import sys\n"
        "from netkit.cli.entry import main\n"
        "try: main()\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command], capture_output=True, text=True, check=False
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not {"sqlalchemy", "rich", "scipy", "networkx", "prometheus_client"} & loaded
    same = netkit(*command)
    assert done.returncode == same.returncode
    assert done.stdout.partition(";")[0] == same.stdout.partition(";")[0]


def test_usage_that_is_wrong_is_unknown():
    stale = ["probe", "check", "a", "--stale-after", "x"]
    for words, told in ((["probe", "check"], "--help"), (stale, "expected a duration")):
        done = subprocess.run(
            [sys.executable, "-c", "from netkit.cli.entry import main; main()", *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 3
        assert told in done.stderr


def test_metrics_are_printed_or_written(url, tmp_path):
    printed = netkit("probe", "metrics", "--store", url)
    assert printed.returncode == 0
    assert 'netkit_probes_sent_total{campaign="far"' in printed.stdout
    file = tmp_path / "netkit.prom"
    assert netkit("probe", "metrics", "--store", url, "--textfile", file).returncode == 0
    assert netkit("probe", "metrics", "--store", url, "--textfile", file).returncode == 0
    assert sorted(file.read_text().splitlines()) == sorted(printed.stdout.splitlines())


def test_metrics_of_one_campaign(url):
    done = netkit("probe", "metrics", "--store", url, "--campaign", "hubs")
    assert 'campaign="hubs"' in done.stdout
    assert 'campaign="far"' not in done.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--textfile", "a.prom", "--listen", "1"], "--textfile: a.prom"),
        (["--textfile", "a.txt"], "--textfile: a.txt"),
        (["--listen", "nowhere"], "--listen: nowhere"),
    ],
)
def test_metrics_that_cannot_be_are_refused(url, words, why):
    done = netkit("probe", "metrics", "--store", url, *words)
    assert done.returncode == 3
    assert why in done.stderr
