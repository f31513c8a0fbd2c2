"""What happens to hosts whose agents run on: an interface goes, an address changes, a clock is set.
What both stores hold of it afterwards is what was the case."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from agent_process import write_campaign
from netns_agent import CAMPAIGN, THERE, Agent, running_agent, two_sites
from netns_net import Net
from waiting import until

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DISPUTED, Window
from netkit.stats.windows.joined import joined_sessions

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

S = 10**9
MOVED = "2001:db8:5::3"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Net]:
    for name in "ab":
        (tmp_path / name).mkdir()
    with two_sites() as made:
        yield made


def all_is_accounted_for(ours: Agent, told: dict[str, object]) -> list[Window]:
    """Every probe once, no two windows of one name; what the sender's store holds."""
    windows = ours.stored()
    keys = [one.key for one in windows]
    assert len(set(keys)) == len(keys)
    assert told["there_before"] == told["lost"] == told["left"] == 0
    ended = sum(sum(one.outcomes.values()) for one in windows)
    broken_off = sum(one.notes.get("undecided: broken off", 0) for one in windows)
    assert ended + broken_off == told["probes"]
    return windows


def test_an_interface_that_goes_an_address_that_moves_and_sighup(two, tmp_path):
    """The peer gets another address: dark until both are told, and then measured again."""
    moved = replace(CAMPAIGN, sites=(CAMPAIGN.sites[0], replace(THERE, addresses=(MOVED,))))
    with (
        running_agent(two, tmp_path / "b", CAMPAIGN, "b", "r") as theirs,
        running_agent(two, tmp_path / "a", CAMPAIGN) as ours,
    ):
        ours.until("it works", Outcome.RECEIVED)
        two.ip("r", "link", "set", "e0", "down")
        two.ip("r", "link", "set", "e0", "up")
        two.ip("r", "address", "replace", f"{MOVED}/64", "dev", "e0", "nodad")
        until(lambda: any(_dark(one) for one in ours.windows()), "nobody there")
        for agent in (ours, theirs):
            write_campaign(agent.file, moved)
            agent.process.send_signal(signal.SIGHUP)
        ours.hears("0 of them went on as they were")
        ours.until("it answers at its new address", Outcome.RECEIVED, 100)
        told = ours.end()
        theirs.end()
        windows = all_is_accounted_for(ours, told)
        joined = joined_sessions([*windows, *theirs.stored()])
    assert not any(DISPUTED in one.notes for one in joined)
    dark = [one for one in joined if _dark(one)]
    assert dark
    assert all((one.backward.received, one.forward.delay) == (0, None) for one in dark)
    assert all(one.probes == one.unanswered for one in dark)


def test_an_interface_that_is_made_anew_is_gone_on_with(two, tmp_path):
    """As `netplan apply` does with VLANs and VRFs: another device, of the same name."""
    sites = tuple(replace(one, interface="e0") for one in CAMPAIGN.sites)
    campaign = replace(CAMPAIGN, sites=sites)
    with (
        running_agent(two, tmp_path / "b", campaign, "b", "r") as theirs,
        running_agent(two, tmp_path / "a", campaign) as ours,
    ):
        ours.until("it works", Outcome.RECEIVED)
        two.ip("l", "link", "delete", "e0")
        ours.until("nothing can be sent", Outcome.NOT_SENT)
        two.link(("l", "e0", "2001:db8:5::1/64"), ("r", "e0", "2001:db8:5::2/64"))
        ours.until("it is measured again", Outcome.RECEIVED, 100)
        told = ours.end()
        theirs.end()
        all_is_accounted_for(ours, told)


def _dark(one: Window) -> bool:
    return bool(one.probes) and one.probes == one.unanswered


@pytest.mark.parametrize("by_s", [5, -5])
def test_a_clock_that_is_set_shows_in_one_window_and_no_probe_is_lost(two, tmp_path, by_s: int):
    with (
        running_agent(two, tmp_path / "b", CAMPAIGN, "b", "r") as theirs,
        running_agent(two, tmp_path / "a", CAMPAIGN, set_by_s=by_s) as ours,
    ):
        until(lambda: _measured(ours.windows(), by_s, set_clock=False), "a whole window before")
        ours.process.send_signal(signal.SIGUSR1)
        until(lambda: _measured(ours.windows(), by_s, set_clock=True), "a whole window after")
        told = ours.end()
        theirs.end()
        windows = all_is_accounted_for(ours, told)
        joined = joined_sessions([*windows, *theirs.stored()])
    assert sum(one.sender_clock.steps for one in windows) == 1
    (at,) = [number for number, one in enumerate(windows) if one.sender_clock.steps]
    assert windows[at].incomplete
    assert {way for one in windows for way in one.outcomes} <= {Outcome.RECEIVED, Outcome.LATE}
    assert not any(DISPUTED in one.notes for one in joined)
    for off_s in (0, by_s):
        for one in _measured(windows, by_s, set_clock=off_s != 0):
            assert one.forward.delay is not None
            assert one.backward.delay is not None
            assert abs(one.forward.delay.min_ns + off_s * S) < S / 4
            assert abs(one.backward.delay.min_ns - off_s * S) < S / 4
            assert one.round_trip is not None
            assert 0 < one.round_trip.min_ns < S / 4
    for one in joined:
        if not one.incomplete:
            assert one.forward.lost in (0, None)
            assert one.backward.lost in (0, None)


def _measured(windows: list[Window], by_s: int, *, set_clock: bool) -> list[Window]:
    """Whole windows with delays both ways, of before or after the clock was set by so much."""
    return [
        one
        for one in windows
        if not one.incomplete
        and None not in (one.forward.delay, one.backward.delay)
        and _ran_by_the_set_clock(one, by_s) is set_clock
    ]


def _ran_by_the_set_clock(one: Window, by_s: int) -> bool:
    """By what its delays say: half of what the clock was set by."""
    assert one.forward.delay is not None
    return abs(one.forward.delay.sum_ns / one.forward.delay.count) > abs(by_s) * S / 2
