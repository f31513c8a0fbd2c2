"""A campaign between three sites, each a namespace: real packets, both directions, one command a
site.

``a``, ``b`` and ``c`` hang on one router ``r``; from ``a`` to ``b`` a SID leads over ``s``. Site
``c`` takes authentic probes only, and is marked as free-running.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
from netns_net import Net, net
from reflector_process import reflecting

from netkit.model.measurement.window import WindowSelection
from netkit.store.round_lock import lock_of
from netkit.store.windows.store import open_store

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]
SITES = {"a": "2001:db8:a::1", "b": "2001:db8:b::1", "c": "2001:db8:c::1"}
VIA_S = "5f00:0:2:1::"
CAMPAIGN = f"""\
name: three
count: 20
interval_ms: 10
timeout_ms: 500
scope: national
budget: {{site_pps: 1000}}
sites:
  - {{name: a, addresses: ["{SITES["a"]}"], interface: v-ar}}
  - {{name: b, addresses: ["{SITES["b"]}"]}}
  - {{name: c, addresses: ["{SITES["c"]}"], clock: free_running, key_file: c.key}}
measure:
  - mesh: all
  - pairs: [{{src: a, dst: b}}]
    name: over-s
    path: ["{VIA_S}"]
    return_path: ["{VIA_S}"]
    dscp: 46
    spacing: poisson
"""


@pytest.fixture(scope="module")
def star() -> Iterator[Net]:
    with net() as made:
        for node in "abcrs":
            made.node(node)
        for site, address in SITES.items():
            made.link(
                (site, f"v-{site}r", f"{address}/64"),
                ("r", f"v-r{site}", f"2001:db8:{site}::2/64"),
            )
            made.ip(site, "-6", "route", "add", "default", "via", f"2001:db8:{site}::2")
        made.link(("r", "v-rs", "2001:db8:5::1/64"), ("s", "v-sr", "2001:db8:5::2/64"))
        made.ip("s", "-6", "route", "add", "default", "via", "2001:db8:5::1")
        made.ip("r", "-6", "route", "add", f"{VIA_S}/64", "via", "2001:db8:5::2")
        made.end_sid("s", f"{VIA_S}/64")
        yield made


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("campaign") / "three.yaml"
    path.write_text(CAMPAIGN)
    key = path.with_name("c.key")
    key.write_text("5a" * 32)
    key.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def reflectors(star: Net, campaign: Path) -> Iterator[None]:
    """One at each site, as its service would run it."""
    with ExitStack() as stack:
        for site in SITES:
            own = ("--key-file", str(campaign.with_name("c.key"))) if site == "c" else ()
            inside = ("ip", "netns", "exec", star.name(site))
            options = ("--bind", SITES[site], "--allow-return", "5f00::/16", *own)
            stack.enter_context(reflecting(*options, inside=inside))
        yield


def run(
    star: Net, campaign: Path, site: str, *words: str, state: Path, at: str | None = None
) -> tuple[int, str, str]:
    """The share of ``site``, in the namespace of ``at``, its own if None."""
    with patch.dict(os.environ, {"NETKIT_STATE": str(state)}):
        done = star.netkit(at or site, "probe", "run", campaign, "--site", site, *words)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.usefixtures("reflectors")
def test_every_site_measures_its_share_both_ways(star: Net, campaign: Path, tmp_path: Path) -> None:
    seen = {}
    for site in SITES:
        code, out, err = run(star, campaign, site, "--json", "--no-store", state=tmp_path)
        document = json.loads(out)
        assert document["exit_code"] == code, err
        for flow in document["flows"]:
            asked, result = flow["flow"], flow["result"]
            assert flow["error"] is None
            assert asked["src"] == site
            seen[site, asked["dst"], asked["name"]] = result
            for way in (result["forward"], result["backward"]):
                assert (way["sent"], way["received"], way["lost"]) == (20, 20, 0)
                assert way["stamps"] == {"kernel+kernel": 20}
            assert result["address"] == SITES[asked["dst"]]
    assert set(seen) == {("a", "b", "main"), ("c", "a", "main"), ("b", "c", "main"),
                         ("a", "b", "over-s")}  # fmt: skip
    path = seen["a", "b", "over-s"]["path"]
    assert path["return_path"] == {"taken": 21}  # the closing probe's too
    assert path["forward_dscp"] == {"46": 21}


@pytest.mark.usefixtures("reflectors")
def test_windows_of_rounds_say_how_often_they_come(
    star: Net, campaign: Path, tmp_path: Path
) -> None:
    often = campaign.with_name("often.yaml")
    often.write_text(f"{CAMPAIGN}round_s: 900\nwindow_s: 60\n")
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    run(star, often, "b", "--now", "--store", url, state=tmp_path)
    with open_store(url) as store:
        assert {one.round_ns for one in store.windows(WindowSelection())} == {900 * 10**9}


@pytest.mark.usefixtures("reflectors")
def test_a_free_running_clock_bounds_nothing_whatever_it_claims(
    star: Net, campaign: Path, tmp_path: Path
) -> None:
    code, out, _ = run(star, campaign, "b", "--json", "--no-store", state=tmp_path)
    (flow,) = json.loads(out)["flows"]
    assert flow["result"]["forward"]["uncertainty_us"] is None
    assert flow["result"]["verdict"] == "inconclusive"
    assert code == 3


@pytest.mark.usefixtures("reflectors")
def test_a_wrong_key_is_no_answer_and_costs_the_others_nothing(
    star: Net, campaign: Path, tmp_path: Path
) -> None:
    other = tmp_path / "three.yaml"
    other.write_text(CAMPAIGN.replace("  - mesh: all", "  - cross: {from: [a], to: [b, c]}"))
    (tmp_path / "c.key").write_text("00" * 32)
    (tmp_path / "c.key").chmod(0o600)
    code, out, _ = run(star, other, "a", "--json", "--no-store", state=tmp_path)
    flows = {
        (one["flow"]["dst"], one["flow"]["name"]): one["result"] for one in json.loads(out)["flows"]
    }
    assert flows["c", "main"]["counts"]["received"] == 0
    assert flows["c", "main"]["verdict"] == "unknown"
    assert flows["b", "main"]["counts"]["received"] == 20
    assert code == 3


def test_another_site_than_this_host_is_told(star: Net, campaign: Path, tmp_path: Path) -> None:
    """The address of ``b`` is none of ``a``'s host."""
    code, out, _ = run(star, campaign, "b", "--json", "--no-store", state=tmp_path, at="a")
    assert code == 3
    (flow,) = json.loads(out)["flows"]
    assert flow["result"] is None
    assert flow["error"].startswith(f"no UDP socket on {SITES['b']} port 0: Cannot assign")


@pytest.mark.usefixtures("reflectors")
def test_rounds_that_would_overlap_are_skipped_and_counted(
    star: Net, campaign: Path, tmp_path: Path
) -> None:
    lock = lock_of(tmp_path, "three", "c")
    lock.parent.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for number in ("1 round", "2 rounds"):
            code, out, err = run(star, campaign, "c", "--no-store", state=tmp_path)
            assert (code, out) == (3, "")
            assert f"the round before of three at c still runs; {number} skipped since" in err
    code, out, _ = run(star, campaign, "c", "--json", "--no-store", state=tmp_path)
    assert json.loads(out)["rounds_skipped_before"] == 2
    code, out, _ = run(star, campaign, "c", "--json", "--no-store", state=tmp_path)
    assert json.loads(out)["rounds_skipped_before"] == 0


def test_over_the_budget_nothing_is_sent(star: Net, campaign: Path, tmp_path: Path) -> None:
    other = campaign.with_name("dear.yaml")
    other.write_text(CAMPAIGN.replace("site_pps: 1000", "site_pps: 250"))
    before = sent(star, "a")
    code, out, err = run(star, other, "a", state=tmp_path)
    assert (code, out) == (3, "")
    assert "over the budget: site a: 300 packets/s; expected at most 250 (site_pps)" in err
    code, out, err = run(star, other, "a", "--dry-run", state=tmp_path)
    assert code == 3
    assert "a > b over-s: 20 probes of" in out
    assert "over the budget: site a" in err
    assert sent(star, "a") == before


def sent(star: Net, site: str) -> int:
    """UDP datagrams that the site's host has sent."""
    text = subprocess.run(
        ["ip", "netns", "exec", star.name(site), "cat", "/proc/net/snmp6"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return int(next(line for line in text.splitlines() if "Udp6OutDatagrams" in line).split()[1])


def test_a_second_round_in_one_window_says_what_it_does_not_keep(
    star: Net, campaign: Path, tmp_path: Path
) -> None:
    """A store keeps one window of a name: whoever sends twice is told."""
    path = campaign.with_name("slow.yaml")
    path.write_text(CAMPAIGN.replace("name: three\n", "name: slow\nwindow_s: 3600\n"))
    told = [run(star, path, "a", "--quiet", state=tmp_path)[2] for _ in range(3)]
    said = ["windows not kept: the store has those of their time already" in err for err in told]
    assert not said[0]
    assert said[1] or said[2]  # an hour may end between two of them
