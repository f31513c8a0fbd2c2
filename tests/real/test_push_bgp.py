"""SR Policies injected into a GoBGP as Debian has it, and received equal by a second one."""

import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from trees import RELEASES, tree_of

from netkit.apply.faults import HalfDoneError
from netkit.apply.push.bgp import gobgp as push_gobgp
from netkit.apply.push.bgp import messages, protobuf
from netkit.errors import ApplyError, InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.store.audit_log import verify
from netkit.store.state_folder import audit_path
from netkit.workflows.routers import push

grpc = pytest.importorskip("grpc")

HEADEND = IPv4Address("10.0.0.12")
SENDER, RECEIVER = "127.0.0.11:25101", "127.0.0.12:25102"
CONFIG = """
[global.config]
as = 65001
router-id = "10.0.0.{own}"
port = 217{own}
local-address-list = ["127.0.0.{own}"]
[[neighbors]]
[neighbors.config]
neighbor-address = "127.0.0.{other}"
peer-as = 65001
[neighbors.transport.config]
local-address = "127.0.0.{own}"
remote-port = 217{other}
passive-mode = {passive}
[neighbors.timers.config]
connect-retry = 1
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "ipv6-srpolicy"
"""
F3216 = SidStructure(32, 16, 16, 0)


def segment(sid, *flavors, behavior=EndpointBehavior.END):
    return SegmentState(IPv6Address(sid), behavior, frozenset(flavors), F3216)


def weighted(*segments, weight=1):
    return WeightedList(None, weight, segments)


MAIN = CandidatePathState(
    200,
    (
        weighted(segment("5f00:0:3:1::"), segment("5f00:0:2:1::", Flavor.PSP), weight=3),
        weighted(SegmentState(IPv6Address("5f00:0:4:1::"))),
    ),
    name="to-b-200",
)
BACKUP = CandidatePathState(100, (weighted(segment("fcbb:bb00:2:3:e001::", Flavor.NEXT_CSID)),))
BOUND = IPv6Address("5f00:0:1::b001")
WANTED = RouterState(
    "a",
    policies=(
        PolicyState("to-b", 100, IPv6Address("5f00:0:2::1"), (MAIN, BACKUP), BOUND),
        PolicyState("to-c", 100, IPv6Address("5f00:0:3::1"), (BACKUP,)),
    ),
)


@contextmanager
def gobgpd(binary: Path, folder: Path, own: int, other: int, api: str):
    config = folder / f"{own}.toml"
    passive = str(own > other).lower()
    config.write_text(CONFIG.format(own=own, other=other, passive=passive))
    with (folder / f"{own}.log").open("w") as log:
        command = [str(binary), "-f", str(config), "--api-hosts", api]
        daemon = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield daemon
        finally:
            daemon.terminate()
            daemon.wait(20)


def until(there, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if there():
                return
        except ApplyError:
            pass  # it has not come up yet
        time.sleep(0.1)
    raise AssertionError("nothing came")


def table(speaker):
    return dict(speaker.table())


@pytest.fixture(scope="module", params=sorted(RELEASES))
def pair(request, tmp_path_factory):
    binary = tree_of(request.param) / "usr/bin/gobgpd"
    version = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout
    assert version.split()[-1].startswith(RELEASES[request.param][1])
    folder = tmp_path_factory.mktemp("gobgp")
    with ExitStack() as stack:
        stack.enter_context(gobgpd(binary, folder, 12, 11, RECEIVER))
        stack.enter_context(gobgpd(binary, folder, 11, 12, SENDER))
        sender = stack.enter_context(push.gobgp(SENDER))
        receiver = stack.enter_context(push.gobgp(RECEIVER))
        until(lambda: not table(sender) and not table(receiver))
        yield sender, receiver


def received(receiver):
    """What the second one has from its neighbor."""
    call = receiver._channel.unary_stream(messages.LIST_PATH)
    found = {}
    for response in call(messages.list_path(), timeout=10):
        for destination in messages._messages(response, 1):
            for path in messages._messages(destination, 2):
                assert (messages._PATH_NEIGHBOR, b"127.0.0.11") in list(protobuf.fields(path))
                held = messages._held(path)
                found[held.nlri] = held.announcement
    return found


def pushed(pair, wanted, state):
    return push.push_bgp(pair[0], wanted, HEADEND, SENDER, state)


def test_it_is_received_equal_twice_is_once_and_withdrawn_is_gone(pair, tmp_path):
    sender, receiver = pair
    first = pushed(pair, WANTED, tmp_path)
    assert len(first.plan.announce) == 3
    wanted = {one.nlri: one for one in first.plan.announce}
    assert table(sender) == wanted
    until(lambda: received(receiver) == wanted)
    assert pushed(pair, WANTED, tmp_path).plan.empty

    less = replace(WANTED, policies=(replace(WANTED.policies[0], candidate_paths=(MAIN,)),))
    second = pushed(pair, less, tmp_path)
    assert (len(second.plan.announce), len(second.plan.withdraw)) == (0, 2)
    until(lambda: received(receiver) == {name: wanted[name] for name in table(sender)})
    assert len(table(sender)) == 1

    heavier = replace(MAIN, lists=(MAIN.lists[1], MAIN.lists[0]))
    changed = replace(WANTED.policies[0], candidate_paths=(heavier,))
    third = pushed(pair, replace(WANTED, policies=(changed,)), tmp_path)
    assert (len(third.plan.announce), len(third.plan.withdraw)) == (1, 0)
    until(lambda: list(received(receiver).values()) == list(third.plan.announce))

    pushed(pair, RouterState("a"), tmp_path)
    until(lambda: not received(receiver) and not table(sender))
    assert verify(audit_path(tmp_path)) == ()


def test_another_router_and_what_others_put_there_stay(pair, tmp_path):
    sender, _ = pair
    pushed(pair, WANTED, tmp_path / "theirs")
    theirs = table(sender)
    pushed(pair, replace(WANTED, router="c"), tmp_path)
    assert len(table(sender)) == 6
    pushed(pair, RouterState("c"), tmp_path)
    assert table(sender) == theirs
    pushed(pair, RouterState("a"), tmp_path)
    assert table(sender) == theirs
    changed = replace(WANTED.policies[1], candidate_paths=(replace(MAIN, preference=100),))
    with pytest.raises(InputError, match="did not announce from here"):
        pushed(pair, replace(WANTED, policies=(changed,)), tmp_path)
    pushed(pair, RouterState("a"), tmp_path / "theirs")
    assert not table(sender)


def test_accepted_and_held_otherwise_is_found_and_taken_back(pair, tmp_path, monkeypatch):
    """The name of a path, which GoBGP reads three bytes too long."""
    monkeypatch.setattr(push, "PATH_NAMES", True)
    with pytest.raises(ApplyError, match="held otherwise"):
        pushed(pair, WANTED, tmp_path)
    assert not table(pair[0])


def test_nobody_there_is_said(tmp_path):
    with push.gobgp("127.0.0.1:1") as nobody, pytest.raises(ApplyError, match="UNAVAILABLE"):
        push.push_bgp(nobody, WANTED, HEADEND, "127.0.0.1:1", tmp_path)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_gobgp_that_goes_in_the_middle_leaves_what_is_told_and_the_next_push_mends(
    tmp_path, monkeypatch, how
):
    monkeypatch.setattr(push_gobgp, "_TIMEOUT_SECONDS", 2.0)
    binary = tree_of("trixie") / "usr/bin/gobgpd"
    with ExitStack() as stack:
        daemon = stack.enter_context(gobgpd(binary, tmp_path, 13, 14, "127.0.0.13:25103"))
        speaker = stack.enter_context(push.gobgp("127.0.0.13:25103"))
        until(lambda: not table(speaker))
        announce = speaker.announce

        def once(announcement):
            announce(announcement)
            daemon.send_signal(how)

        speaker.announce = once
        with pytest.raises(HalfDoneError, match="not put back as it was"):
            pushed((speaker,), WANTED, tmp_path)
        daemon.send_signal(signal.SIGCONT)
    again = gobgpd(binary, tmp_path, 13, 14, "127.0.0.13:25103")
    with again, push.gobgp("127.0.0.13:25103") as speaker:
        until(lambda: table(speaker) is not None)
        assert pushed((speaker,), WANTED, tmp_path).plan.announce
        assert len(table(speaker)) == 3
        assert pushed((speaker,), WANTED, tmp_path).plan.empty
    assert verify(audit_path(tmp_path)) == ()
