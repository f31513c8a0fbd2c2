"""Two agents and one pair on real packets: each end keeps what it saw, joined on reading."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from agent_process import write_campaign
from netns_agent import CAMPAIGN, FLOW, HERE, THERE, Agent, running_agent, two_sites
from netns_net import Net
from waiting import until

from netkit.model.measurement.campaign import FieldCampaign
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DISPUTED, Window
from netkit.probe.agent.flow import FlowKey, ssids
from netkit.stats.windows.joined import joined_sessions

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]


@pytest.fixture
def two() -> Iterator[Net]:
    with two_sites() as made:
        yield made


@pytest.fixture
def ends(two: Net, tmp_path: Path) -> Iterator[tuple[Agent, Agent]]:
    for name in "ab":
        (tmp_path / name).mkdir()
    with (
        running_agent(two, tmp_path / "b", CAMPAIGN, "b", "r") as theirs,
        running_agent(two, tmp_path / "a", CAMPAIGN) as ours,
    ):
        yield ours, theirs


def losing(two: Net, node: str, percent: int) -> None:
    """Of what comes to a node so much is lost, just before it is there."""
    some = f"numgen random mod 100 < {percent}" if percent < 100 else ""
    rule = f"meta l4proto udp {some} drop;" if percent else ""
    chain = "{ type filter hook input priority 0; " + rule + " }"
    table = "table inet lossy {\nchain input " + chain + "\n}"
    two.nft(node, "table inet lossy\ndelete table inet lossy\n" + table + "\n")


def both(ours: Agent, theirs: Agent) -> list[Window]:
    """Windows of which both ends are there and whole, joined."""
    seen = {one.key.start_ns for one in theirs.windows() if not one.incomplete}
    joined = joined_sessions([*ours.windows(), *theirs.windows()])
    return [one for one in joined if one.key.observer == "a" and not one.incomplete
            and one.key.start_ns in seen]  # fmt: skip


def until_joined(ours: Agent, theirs: Agent, what: str, fits) -> list[Window]:
    """Wait for two such windows."""
    found: list[Window] = []

    def there() -> bool:
        found[:] = [one for one in both(ours, theirs) if fits(one)]
        return len(found) >= 2

    until(there, what)
    return found


def test_a_loss_out_is_told_from_a_loss_back_though_no_reply_comes(two, ends):
    ours, theirs = ends
    for one in until_joined(ours, theirs, "nothing lost", lambda one: one.forward.lost == 0):
        assert one.forward.sent == one.forward.received > 0
    losing(two, "l", 100)
    back = until_joined(ours, theirs, "all lost back", lambda one: one.backward.received == 0)
    for one in back:
        assert one.outcomes[Outcome.LOST] == one.forward.sent
        assert (one.forward.lost, one.backward.lost) == (0, one.forward.sent)
    losing(two, "l", 0)
    losing(two, "r", 100)
    out = until_joined(ours, theirs, "all lost out", lambda one: one.forward.received == 0)
    for one in out:
        assert (one.forward.lost, one.backward.sent) == (one.forward.sent, 0)
    losing(two, "r", 30)
    since_ns = max(one.key.start_ns for one in out)
    some = until_joined(ours, theirs, "some lost out", lambda one: bool(
        one.key.start_ns > since_ns and one.forward.lost and one.forward.received))  # fmt: skip
    assert all(one.backward.lost == 0 for one in some)
    ours.end()
    theirs.end()
    windows = both(ours, theirs)
    assert not any(DISPUTED in one.notes for one in windows)
    for one in windows:
        assert one.forward.sent == one.forward.received + one.forward.lost
        assert one.backward.sent == one.backward.received + one.backward.lost


def test_a_session_that_ends_and_begins_anew_is_not_whole_at_either_end(two, ends, tmp_path):
    ours, theirs = ends
    until_joined(ours, theirs, "both see it", lambda _: True)
    ours.end()
    (tmp_path / "again").mkdir()
    with running_agent(two, tmp_path / "again", CAMPAIGN) as again:
        until_joined(again, theirs, "both see it again", lambda one: one.forward.lost == 0)
        begun_ns = again.windows()[0].key.start_ns
        theirs.end()
        mixed = [one for one in theirs.windows() if one.key.start_ns == begun_ns]
        assert [one.incomplete for one in mixed] == [True]


def test_two_sites_of_one_host_are_told_apart_though_their_flows_have_one_hash(two, tmp_path):
    """As behind one NAT: to who answers them both have the same address."""
    here, there = replace(HERE, port=8620), replace(THERE, name="c", port=8622)
    names = [FlowKey("mesh", "b", "a", "be"), *(FlowKey("mesh", "c", "a", str(at)) for at in
             range(10**6))]  # fmt: skip
    number = ssids(names[:1])[names[0]]
    same = next(key for key in names[1:] if ssids([key])[key] == number)
    flows = tuple(replace(FLOW, src=key.src, dst="a", name=key.flow) for key in (names[0], same))
    campaign = replace(CAMPAIGN, sites=(here, THERE, there), flows=flows)
    for name in "abc":
        (tmp_path / name).mkdir()
    with (
        running_agent(two, tmp_path / "a", campaign) as ours,
        running_agent(two, tmp_path / "b", campaign, "b", "r") as b,
        running_agent(two, tmp_path / "c", campaign, "c", "r") as c,
    ):
        two.inside("r", sys.executable, "-c", _STRANGER)
        for sender in (b, c):
            until(lambda one=sender: len(_whole(one, ours)) >= 3, "both ends saw it")
        told = ours.end()
        seen = {name: _whole(one, ours) for name, one in (("b", b), ("c", c))}
        b.end()
        c.end()
    assert told["counters"]["reflector: of no flow of these campaigns"] == 1
    for name, windows in seen.items():
        for one in windows:
            assert (one.key.src, DISPUTED in one.notes) == (name, False)
            assert one.forward.sent == one.forward.received == one.backward.sent > 0
            assert one.forward.lost == one.backward.lost == one.forward.duplicates == 0


_STRANGER = """
import socket
packet = bytes([0, 0, 0, 1]) + bytes(10) + bytes([0xAB, 0xCD]) + bytes(56)
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
    sender.sendto(packet, ("2001:db8:5::1", 8620))
"""
"""A request of a session of which no campaign speaks, from the address of both peers."""


def _whole(sender: Agent, reflector: Agent) -> list[Window]:
    """What a sender saw, joined with what its reflector did, where both are there and whole."""
    own, theirs = ([one for one in each.stored() if not one.incomplete]
                   for each in (sender, reflector))  # fmt: skip
    names = {replace(one.key, observer="") for one in theirs}
    own = [one for one in own if replace(one.key, observer="") in names]
    keys = {one.key for one in own}
    return [one for one in joined_sessions([*own, *theirs]) if one.key in keys]


def test_after_sighup_the_reflector_has_another_port_and_key_or_says_why_not(two, ends, tmp_path):
    ours, theirs = ends
    ours.until("it answers", Outcome.RECEIVED)
    _reread(theirs, replace(CAMPAIGN, sites=(HERE, replace(THERE, port=8620))))
    ours.until("nobody there any more", Outcome.REFUSED)
    (tmp_path / "key").write_text("11" * 16)
    (tmp_path / "key").chmod(0o600)
    there = replace(THERE, port=8620, key_file=str(tmp_path / "key"))
    moved = replace(CAMPAIGN, sites=(HERE, there), flows=(replace(FLOW, request_bytes=160),))
    _reread(theirs, moved)
    _reread(ours, moved)
    ours.until("it answers there, with a key", Outcome.RECEIVED, 60)
    until_joined(ours, theirs, "both see it", lambda one: one.forward.lost == 0)
    with closing(two.socket("r", "::", 8630)):
        _reread(theirs, replace(moved, sites=(HERE, replace(there, port=8630))), "and stays")
        ours.until("it still answers", Outcome.RECEIVED, 60)
    theirs.end()


def _reread(one: Agent, campaign: FieldCampaign, words: str = "probing with") -> None:
    write_campaign(one.file, campaign)
    one.process.send_signal(signal.SIGHUP)
    one.hears(words)


def test_a_site_sends_from_the_address_by_which_its_peers_know_it(two, tmp_path):
    """Though the kernel would take that of the interface."""
    two.ip("l", "link", "set", "lo", "up")
    two.ip("l", "address", "add", "2001:db8:9::1/128", "dev", "lo")
    two.ip("r", "route", "add", "2001:db8:9::1/128", "via", "2001:db8:5::1")
    campaign = replace(CAMPAIGN, sites=(replace(HERE, addresses=("2001:db8:9::1",)), THERE))
    for name in "ab":
        (tmp_path / name).mkdir()
    with (
        running_agent(two, tmp_path / "b", campaign, "b", "r") as theirs,
        running_agent(two, tmp_path / "a", campaign) as ours,
    ):
        until(lambda: len(theirs.windows()) > 2, "windows of b, which knows whose probes they are")
        assert ours.outcomes()[Outcome.RECEIVED] > 0
