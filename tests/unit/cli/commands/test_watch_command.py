"""``netkit watch`` on a campaign file and a store, as a person would run it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT
from measured_windows import BEGIN_NS, MINUTE_NS, direction, window
from surveyed_lab import links_campaign

from netkit.api import load_topology
from netkit.cli.commands.watch import _go_on
from netkit.errors import StoreError
from netkit.model.verdict import Verdict
from netkit.monitor.loop.survey import smallest_survey
from netkit.store.windows.store import open_store

REGION = ROOT / "topologies" / "lab-region.yaml"
PAIRS = ("--pair", "hangzhou:wuhu-dc")
CABLE = "old-cable"


@pytest.fixture(scope="module")
def region():
    return load_topology(REGION)


def campaign(folder: Path, region) -> Path:
    """A site at every router, a session over every link, and one for the pair."""
    file = folder / "links.yaml"
    file.write_text(links_campaign(region, REGION))
    return file


def store(folder: Path, region, creep_us: int, uncertainty_us: float | None = 5) -> str:
    """The last minute, with the cable so much longer."""
    url, minute = f"sqlite:///{folder / 'w.sqlite'}", (time.time_ns() - BEGIN_NS) // MINUTE_NS - 1
    with open_store(url) as opened:
        for number, one in enumerate(smallest_survey(region, set(region.node)).sessions):
            ways = [
                sum(region.adjacency[link].delay_us + creep_us * (link[0] == CABLE) for link in way)
                for way in (one.links, one.back)
            ]
            forward, backward = (
                direction([way, way + 9], Verdict.UNKNOWN, uncertainty_us) for way in ways
            )
            seen = window(one.src, one.dst, minute, campaign="links", flow=f"l{number}")
            opened.add([replace(seen, forward=forward, backward=backward)])
    return url


def watched(tmp_path, region, creep_us, *words, uncertainty_us=5):
    """One step, its trail in the folder."""
    file, url = campaign(tmp_path, region), store(tmp_path, region, creep_us, uncertainty_us)
    return netkit("watch", REGION, file, *PAIRS, "--store", url, "--once", *words)


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))


def test_nothing_in_danger_is_good(tmp_path, region):
    done = watched(tmp_path, region, 0)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_link_that_crept_is_told_with_the_difference_and_changes_nothing(tmp_path, region):
    done = watched(tmp_path, region, 900)
    assert done.returncode == 1
    assert "2 link directions measured anew" in done.stdout
    assert "old-cable from hangzhou: 3.448 -> 4.348 ms, ± 0.005 ms" in done.stdout
    assert "hangzhou to wuhu-dc: 4.151 -> 5.051 ms, bound 5 ms, broken" in done.stdout
    assert "replanned, not applied: hangzhou to wuhu-dc: it was not asked to apply" in done.stdout
    assert "1 router differs" in done.stdout
    trail = netkit("audit", "log", "--json")
    outcomes = [one["outcome"] for one in json.loads(trail.stdout)["entries"]]
    assert outcomes == ["announced", "in danger", "replanned, not applied"]


def test_delays_that_only_the_mesh_certifies_count(tmp_path, region):
    done = watched(tmp_path, region, 900, uncertainty_us=None)
    assert done.returncode == 1
    assert "old-cable from hangzhou: 3.448 -> 4.34" in done.stdout


class Away:
    """A loop whose database is away for some of its turns; the last is ended by Ctrl-C."""

    def __init__(self, *turns):
        self.turns, self.left = list(turns), 0

    def turn(self):
        if not self.turns:
            raise KeyboardInterrupt
        error = self.turns.pop(0)
        if error is not None:
            raise StoreError(error)
        return iter(())

    def leave(self):
        self.left += 1


def test_a_database_that_is_away_for_a_while_does_not_end_the_loop(monkeypatch, capsys):
    """It was ended, and what was on probation taken back; each trouble is told once."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    away = Away(None, "gone", "gone", None, "gone", "full")
    with pytest.raises(KeyboardInterrupt):
        _go_on(away, 30, json=False)
    assert (away.turns, away.left) == ([], 1)
    said = capsys.readouterr().err.splitlines()
    assert said == [f"netkit: {why}; it is read again at every step" for why in
                    ("gone", "gone", "full")]  # fmt: skip


def test_of_nothing_measured_nothing_is_known(tmp_path, region):
    file, url = campaign(tmp_path, region), f"sqlite:///{tmp_path / 'empty.sqlite'}"
    done = netkit("watch", REGION, file, *PAIRS, "--store", url, "--once")
    assert done.returncode == 3
    assert done.stderr == "netkit: no link was measured of late, so nothing is known of any pair\n"


def test_the_same_as_documents(tmp_path, region):
    done = watched(tmp_path, region, 900, "--json")
    decoder, rest, documents = json.JSONDecoder(), done.stdout, []
    while rest:
        document, end = decoder.raw_decode(rest)
        documents.append(document)
        rest = rest[end:].lstrip()
    assert [one["outcome"] for one in documents] == [
        "announced", "in danger", "replanned, not applied",
    ]  # fmt: skip
    assert {one["schema"] for one in documents} == {"netkit/watch-action/1"}


def test_the_survey_says_what_it_tells(tmp_path, region):
    done = netkit("watch", REGION, campaign(tmp_path, region), *PAIRS, "--survey")
    every = len(region.adjacencies)
    assert f"told by themselves: {every} of {every} link directions" in done.stdout
    assert "1 flow of pairs of the plan" in done.stdout
    assert f"a smallest survey from these sites: {every // 2} sessions" in done.stdout


def test_a_campaign_that_surveys_nothing_is_refused(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text(
        f"name: c\ntopology: {REGION}\nsites:\n"
        '  - {name: hefei, node: hefei, addresses: ["2001:db8::1"]}\n'
        '  - {name: nanjing, node: nanjing, addresses: ["2001:db8::2"]}\n'
        "measure:\n  - pairs: [{src: hefei, dst: nanjing}]\n"
    )
    done = netkit("watch", REGION, file, "--pair", "hefei:nanjing", "--once")
    assert done.returncode == 3
    assert "no flow of the campaign surveys links" in done.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--apply", "a=b", "--apply", "a"], "--apply: a"),
        (["--once", "--announce", "10s"], "--announce: 10"),
        (["--once", "--apply", "a"], "--apply; expected a loop that goes on"),
    ],
)
def test_options_that_are_none_are_refused(tmp_path, region, words, why):
    done = netkit("watch", REGION, campaign(tmp_path, region), *PAIRS, *words)
    assert done.returncode == 3
    assert why in done.stderr
