"""An agent on real packets: peers gone and back, SIGHUP, SIGTERM, a flap, a hostile peer."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from agent_process import write_campaign
from hostile_peer import HOSTILE
from netns_agent import CAMPAIGN, FLOW, HERE, THERE, S, running_agent, two_sites
from netns_net import Net
from reflector_process import reflecting
from waiting import running, until

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import UNKNOWN_DELAYS, Window

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

ANSWERED = {Outcome.RECEIVED, Outcome.LATE}
"""A machine that stalls makes an answer late, and nothing else."""

LOST = {Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD}
"""What a peer that holds requests back still held at the end."""


@pytest.fixture
def two() -> Iterator[Net]:
    with two_sites() as made:
        yield made


def reflector(two: Net, *options: str):
    return reflecting("--port", "8621", "--rate", "0", *options, inside=two.at("r"))


def test_a_peer_that_answers_is_measured_with_kernel_stamps_at_all_four_corners(two, tmp_path):
    with reflector(two), running_agent(two, tmp_path, CAMPAIGN) as ours:
        ours.until("two windows", Outcome.RECEIVED, 120)
        told = ours.end()
        windows = ours.windows()
    assert told["left"] == told["lost"] == 0
    assert told["written"] == len(windows)
    assert {w.key.observer for w in windows} == {"a"}
    # The window in progress is stored, marked incomplete, and so is the one that began late; but
    # an agent that begins or ends where a window ends has no probe in that one. What a late machine
    # did not send is noted, in the window in which that was seen.
    for w in (windows[0], windows[-1]):
        late = w.notes.get("not scheduled: this program was late", 0)
        assert w.incomplete or sum(w.outcomes.values()) + late >= S // FLOW.interval_ns
    _every_probe_has_one_end(windows, told)
    for w in windows[1:-1]:
        count = sum(w.outcomes.values())
        assert set(w.outcomes) <= ANSWERED
        for way in (w.forward, w.backward):
            assert (way.sent, way.received, way.lost) == (count, count, 0)
            assert way.delay is not None
        # Of T3 some may be missing: a late reflector had none to tell when the next request came.
        missing = w.outcomes[Outcome.RECEIVED] - w.forward.delay.count
        assert missing <= w.notes.get(UNKNOWN_DELAYS, 0), w.notes
        assert "stamps left out: not of the kernel" not in w.notes
    whole = [w for w in windows[1:-1] if w.backward.delay.count == w.outcomes[Outcome.RECEIVED]]
    assert any(UNKNOWN_DELAYS not in w.notes for w in whole)


def test_a_peer_may_go_and_come_back(two, tmp_path):
    with running_agent(two, tmp_path, CAMPAIGN) as ours:
        ours.until("nobody there", Outcome.REFUSED)
        with reflector(two):
            ours.until("it has come", Outcome.RECEIVED)
        ours.until("it has gone", Outcome.REFUSED)
        with reflector(two):
            ours.until("it is back", Outcome.RECEIVED)
        told = ours.end()
        _every_probe_has_one_end(ours.windows(), told)


def test_a_link_that_flaps_is_counted_and_survived(two, tmp_path):
    with reflector(two), running_agent(two, tmp_path, CAMPAIGN) as ours:
        ours.until("it works", Outcome.RECEIVED)
        two.ip("l", "link", "set", "e0", "down")
        ours.until("no way there", Outcome.NOT_SENT)
        two.ip("l", "link", "set", "e0", "up")
        two.ip("l", "address", "replace", "2001:db8:5::1/64", "dev", "e0", "nodad")
        ours.until("it works again", Outcome.RECEIVED)
        told = ours.end()
        notes = Counter(word for window in ours.windows() for word in window.notes)
        assert any(word.startswith("not sent: Network is unreachable") for word in notes)
        _every_probe_has_one_end(ours.windows(), told)


def test_after_sighup_only_what_changed_is_begun_anew_and_a_bad_file_changes_nothing(two, tmp_path):
    second = replace(FLOW, name="other")
    both = replace(CAMPAIGN, flows=(FLOW, second))
    with reflector(two), running_agent(two, tmp_path, CAMPAIGN) as ours:
        ours.until("it works", Outcome.RECEIVED)
        ours.file.write_text("no JSON", encoding="utf-8")
        ours.process.send_signal(signal.SIGHUP)
        ours.hears("the campaigns stay as they were")
        write_campaign(ours.file, both)
        ours.process.send_signal(signal.SIGHUP)
        ours.hears("probing with 2 flows; 1 of them went on as they were")
        ours.until("both work", Outcome.RECEIVED, 200)
        ours.end()
        windows = ours.windows()
    first = [w for w in windows if w.key.flow == "be"]
    assert not any("undecided: broken off" in w.notes for w in first[:-1])
    assert {w.key.flow for w in windows} == {"be", "other"}
    assert {outcome for w in windows for outcome in w.outcomes} <= ANSWERED


def test_an_authenticated_peer_is_measured_and_one_with_another_key_is_not_believed(two, tmp_path):
    for name, digits in (("here", "11"), ("there", "22"), ("other", "33")):
        (tmp_path / name).write_text(digits * 16)
        (tmp_path / name).chmod(0o600)
    here, there = (
        replace(site, key_file=str(tmp_path / name))
        for site, name in ((HERE, "here"), (THERE, "there"))
    )
    campaign = replace(CAMPAIGN, sites=(here, there), flows=(replace(FLOW, request_bytes=160),))
    key = ("--key-file", str(tmp_path / "there"))
    with reflector(two, *key), running_agent(two, tmp_path, campaign) as ours:
        ours.until("authenticated answers", Outcome.RECEIVED, 60)
        counted = ours.end()["counters"]
        assert not any(counter.startswith("ignored") for counter in counted)
        received = [one for one in ours.windows() if one.outcomes.get(Outcome.RECEIVED)]
        assert any(one.forward.delay is not None for one in received)
    with (
        reflector(two, "--key-file", str(tmp_path / "other")),
        running_agent(two, tmp_path, campaign) as ours,
    ):
        until(lambda: sum(ours.outcomes()[one] for one in LOST) > 20, "unanswered probes")


def test_a_hostile_peer_is_believed_once_and_only_for_itself(two, tmp_path):
    with (
        running(*two.at("r"), sys.executable, HOSTILE, "8621", ready="ready"),
        running_agent(two, tmp_path, CAMPAIGN) as ours,
    ):
        ours.until("answers", Outcome.DUPLICATE, 60)
        told = ours.end()
        outcomes = ours.outcomes()
    assert set(outcomes) <= {Outcome.DUPLICATE, *ANSWERED, *LOST}
    counters = told["counters"]
    assert counters["ignored: not an answer to its probe"] >= 60
    assert counters["ignored: not an answer to this agent"] >= 60
    assert counters["ignored: not a STAMP packet"] >= 60


def _every_probe_has_one_end(windows: list[Window], told: dict[str, object]) -> None:
    """All that were handed out, but for those under way at the end."""
    ended = sum(sum(window.outcomes.values()) for window in windows)
    under_way = sum(window.notes.get("undecided: broken off", 0) for window in windows)
    assert ended + under_way == told["probes"]
