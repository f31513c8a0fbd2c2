"""A change on probation: measured with STAMP over the new policies, and taken back unless each is
seen to keep its tier. Over a, packets take microseconds; over b a wire holds them for 60 ms."""

import json
import os
import signal
import subprocess
from contextlib import contextmanager
from ipaddress import IPv6Address, IPv6Network

import pytest
from command import netkit
from delaying_wire import delaying
from netns_net import Net, net
from reflector_process import NETKIT, reflecting
from square import FAR, FAR_GATEWAY, GATEWAY, SERVICE, single, split, square
from waiting import until

from netkit.apply.changes import by_key
from netkit.apply.faults import TierError
from netkit.apply.linux.kernel import Kernel
from netkit.apply.namespace import inside
from netkit.apply.objects import Route, Rule, Seg6Local, SidDevice, TunnelSource
from netkit.emit.dialect import Carried
from netkit.emit.linux.dialect import DIALECT
from netkit.errors import ExitCode, ProbeError
from netkit.lab.kernel.af_packet import open_packet_socket
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    CustomerPort,
    EndpointBehavior,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    Steering,
    WeightedList,
)
from netkit.model.verdict import Verdict
from netkit.probe.run.tiers import TierProbe
from netkit.store.audit_log import entries
from netkit.store.state_folder import audit_path
from netkit.workflows.routers.apply import Wanted, apply, recover
from netkit.workflows.routers.confirm import Confirming

pytestmark = pytest.mark.netns

BOUND_US, WIRE_S, WINDOW_S = 20_000, 0.06, 3.0
OWN = IPv6Network("2001:db8:1::/48")


@pytest.fixture(scope="module")
def wired():
    """The square, with a slow way over b, and a reflector at the far end."""
    with net() as made:
        square(made, wired=True)
        with made.entered("w"):
            wire = open_packet_socket()
        with (
            delaying(wire, {"w-h": "w-b", "w-b": "w-h"}, {"w-h": WIRE_S, "w-b": WIRE_S}),
            reflecting(inside=made.at("z")),
        ):
            yield made


@pytest.fixture(autouse=True)
def _clean(wired, tmp_path):
    yield
    apply(Wanted("h", (), ""), tmp_path / "clean", wired.name("h"))


def wanted(*policies: Route) -> Wanted:
    """What h holds: customers' table, the answers of its own address, and policies."""
    gateway = IPv6Network(f"{GATEWAY}/128")
    return Wanted("h", (
        SidDevice("sr0"), TunnelSource(IPv6Address("5f00:0:3::1")),
        Rule("cust0", 100, 100), Rule("lo", 100, 101),
        Route(gateway, 100, 1024, "cust0", local=True),
        Route(IPv6Network("5f00:0:3:1::/64"), 254, 1024, "sr0", Seg6Local("End")), *policies,
    ), "sha256:0")  # fmt: skip


def asked(**more) -> Confirming:
    flows = more.pop("flows", 1)
    source = more.pop("source", GATEWAY)
    probe = TierProbe("to-z-20000us", source, FAR_GATEWAY, BOUND_US, flows=flows)
    return Confirming((probe,), WINDOW_S, clock_error_ms=0.0, **more)


def held(made: Net):
    with inside(made.name("h")), Kernel() as kernel:
        return by_key(kernel.own())


def foreign(made: Net) -> list[str]:
    """Routes and rules of others in h, but those that the kernel learns by itself."""
    words = [("-6", "route", "show", "table", "all"), ("-6", "rule", "show")]
    lines = [line for one in words for line in made.told("h", "ip", *one).splitlines()]
    own = ("proto 93", "proto kernel", "expires")
    return [line for line in lines if not any(word in line for word in own)]


def ended(state) -> list[tuple]:
    return [(one["action"], one["outcome"]) for one in entries(audit_path(state))]


def test_a_policy_that_keeps_its_tier_stays_and_what_was_measured_is_on_record(wired, tmp_path):
    name = wired.name("h")
    done = apply(wanted(single(1)), tmp_path, name, confirming=asked())
    assert held(wired) == by_key(wanted(single(1)).objects)
    (seen,) = done.measured
    assert seen.verdict is Verdict.PASS
    assert seen.received == seen.sent >= 10
    assert 0 < seen.judged_us < BOUND_US
    *_, last = entries(audit_path(tmp_path))
    assert (last["action"], last["outcome"]) == ("apply", "committed")
    assert last["measured"][0]["judged_us"] == seen.judged_us
    again = apply(wanted(single(1)), tmp_path, name, confirming=asked())
    assert (again.changes, again.measured) == ((), None)


@pytest.mark.parametrize(
    ("policy", "code", "verdict"),
    [
        (single(2), ExitCode.BREACH, "breach"),
        (single(77), ExitCode.UNKNOWN, "unknown"),
    ],
    ids=["slow", "unreachable"],
)
def test_one_that_does_not_is_taken_back_whole(wired, tmp_path, policy, code, verdict):
    name = wired.name("h")
    wired.ip("h", "-6", "route", "replace", "2001:db8:77::/48", "dev", "cust0", "table", "100")
    apply(wanted(single(1)), tmp_path, name)
    before, others = held(wired), foreign(wired)
    more = Route(IPv6Network("2001:db8:9::/48"), 100, 100, "sr0", policy.encap)
    with pytest.raises(TierError, match=r"not seen to keep their tier: 1 of 1 policy") as caught:
        apply(wanted(policy, more), tmp_path, name, confirming=asked())
    assert caught.value.exit_code is code
    assert f"20 ms {verdict}" in str(caught.value)
    assert caught.value.__notes__ == ["h is as it was"]
    assert (held(wired), foreign(wired)) == (before, others)
    *_, last = entries(audit_path(tmp_path))
    assert (last["action"], last["outcome"]) == ("rollback", "done")
    assert last["measured"][0]["verdict"] == verdict
    assert apply(wanted(single(1)), tmp_path, name).changes == ()
    wired.ip("h", "-6", "route", "delete", "2001:db8:77::/48", "table", "100")


def test_every_list_of_a_split_policy_is_measured(wired, tmp_path):
    apply(wanted(single(1)), tmp_path, wired.name("h"))
    with pytest.raises(TierError, match="breach"):
        apply(wanted(split(1, 1)), tmp_path, wired.name("h"), confirming=asked(flows=16))
    assert held(wired) == by_key(wanted(single(1)).objects)


def test_what_nobody_can_tell_stays_if_the_user_says_so_and_a_breach_does_not(wired, tmp_path):
    name = wired.name("h")
    done = apply(wanted(single(77)), tmp_path, name, confirming=asked(keep_unsure=True))
    assert [one.verdict for one in done.measured] == [Verdict.UNKNOWN]
    with pytest.raises(TierError, match="breach"):
        apply(wanted(single(2)), tmp_path, name, confirming=asked(keep_unsure=True))
    assert held(wired) == by_key(wanted(single(77)).objects)


def test_without_a_socket_to_measure_from_nothing_is_changed(wired, tmp_path):
    with pytest.raises(ProbeError, match="no UDP socket on 2001:db8:1::99"):
        apply(
            wanted(single(1)), tmp_path, wired.name("h"),
            confirming=asked(source=IPv6Address("2001:db8:1::99")),
        )  # fmt: skip
    assert held(wired) == {}
    assert not audit_path(tmp_path).exists()


def test_killed_while_confirming_it_is_recovered_to_the_old_state(wired, tmp_path):
    name = wired.name("h")
    apply(wanted(single(1)), tmp_path, name)
    before = held(wired)
    child = os.fork()
    if child == 0:
        try:
            apply(wanted(single(2)), tmp_path, name, confirming=asked())
        finally:
            os._exit(1)
    after = by_key(wanted(single(2)).objects)
    until(lambda: held(wired) == after, "the change to be made")
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert held(wired) == after
    assert recover(tmp_path, name) is not None
    assert held(wired) == before
    assert ended(tmp_path)[-2:] == [("apply", "begun"), ("rollback", "done")]


SID_BITS = SidStructure(32, 16, 16, 0)


def router_state(name: str, index: int, prefix: IPv6Network, **more) -> RouterState:
    locator = IPv6Network((0x5F00 << 112 | index << 80, 48))
    service = IPv6Network((int(locator.network_address) | 0xD046 << 64, 64))
    port = CustomerPort("cust0", "customers", (prefix,), prefix.network_address + 1)
    return RouterState(
        name, locator.network_address + 1, (LocatorState("algo0", locator, SID_BITS),),
        (LocalSid(service, EndpointBehavior.END_DT6, vrf="customers"),), customers=(port,), **more,
    )  # fmt: skip


@contextmanager
def emitted(folder, middle: int):
    """A folder as ``netkit emit`` writes it: h's policy goes over one of the two."""
    segments = (*single(middle).encap.segments[:1], SERVICE)
    path = CandidatePathState(200, (WeightedList(None, 1, tuple(map(SegmentState, segments))),))
    policy = PolicyState(
        "to-z-20000us", BOUND_US, IPv6Address("5f00:0:4::1"), (path,),
        steering=(Steering(FAR, "customers"),),
    )  # fmt: skip
    folder.mkdir()
    for state in (router_state("h", 3, OWN, policies=(policy,)), router_state("z", 4, FAR)):
        for suffix, text in DIALECT.render(Carried(state)).items():
            (folder / f"{state.router}{suffix}").write_text(text)
    yield folder


def command_words(made: Net, folder) -> tuple:
    return ("apply", folder, "--router", "h", "--netns", made.name("h"),
            "--confirm", f"{WINDOW_S:.0f}s", "--clock-error", "0ms")  # fmt: skip


def test_as_typed(wired, tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "clean"))
    with emitted(tmp_path / "fast", 1) as fast, emitted(tmp_path / "slow", 2) as slow:
        planned = netkit(*command_words(wired, fast), "--dry-run")
        assert (
            "? to-z-20000us: 20 ms from 2001:db8:1::1 to 2001:db8:2::1 port 862, 1 flow"
            in planned.stdout
        )
        done = netkit(*command_words(wired, fast), "--json")
        assert done.returncode == 0, done.stderr
        (measured,) = json.loads(done.stdout)["measured"]
        assert (measured["policy"], measured["verdict"]) == ("to-z-20000us", "pass")
        slowed = netkit(*command_words(wired, slow))
        assert slowed.returncode == 2
        assert "to-z-20000us: 20 ms breach" in slowed.stderr
        assert "already" in netkit(*command_words(wired, fast)).stdout


def test_ctrl_c_while_confirming_takes_it_back(wired, tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "clean"))
    with emitted(tmp_path / "fast", 1) as fast, emitted(tmp_path / "slow", 2) as slow:
        assert netkit(*command_words(wired, fast)).returncode == 0
        before = held(wired)
        words = list(map(str, command_words(wired, slow)))
        words[words.index("--confirm") + 1] = "60s"
        process = subprocess.Popen(
            [*NETKIT[:-1], *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        until(lambda: held(wired) != before, "the change to be made")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=300)
        assert (process.returncode, held(wired)) == (3, before), said
        assert "interrupted" in said
