"""``--frr`` on probation, on real packets: FRR 10.3 is the headend of a square, a STAMP session
runs over the policies that it forwards, and what does not keep its tier is taken back."""

import os
import signal
from ipaddress import IPv6Network

import pytest
from command import netkit
from delaying_wire import delaying
from frr_process import Router, running_frr
from netns_net import net
from reflector_process import reflecting
from square import FAR, FAR_GATEWAY, GATEWAY, square, through
from test_frr_files import text_of
from vendor_states import F3216, SHIFTS
from waiting import until

from netkit.apply.faults import TierError
from netkit.apply.frr.router import apply_frr
from netkit.apply.place import Place
from netkit.errors import ExitCode, InputError
from netkit.lab.kernel.af_packet import open_packet_socket
from netkit.model.router_state import (
    CandidatePathState,
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

BOUND_US, WIRE_S, WINDOW_S = 20_000, 0.06, 3.0
OWN = IPv6Network("5f00:0:3::/48")
FAST, SLOW, NOWHERE = 1, 2, 77


@pytest.fixture(scope="module")
def headend():
    """FRR as h of the square, its customers in the default VRF; a reflector is at the far end."""
    with net() as made, running_frr() as pid:
        made.take("h", pid)
        square(made, wired=True)
        with made.entered("w"):
            wire = open_packet_socket()
        with (
            delaying(wire, {"w-h": "w-b", "w-b": "w-h"}, {"w-h": WIRE_S, "w-b": WIRE_S}),
            reflecting(inside=made.at("z")),
        ):
            yield Router.of(made.name("h"), pid)


@pytest.fixture(autouse=True)
def _clean(headend, tmp_path):
    yield
    apply_frr(Place(tmp_path / "clean", headend.netns), "h", "", headend.vtysh)
    assert headend.own() == {}


def wanted(middle: int) -> Wanted:
    """A policy to the customers of z over that router, in the words of FRR."""
    segments = tuple(map(SegmentState, through(middle).segments))
    path = CandidatePathState(200, (WeightedList(None, 1, segments),))
    policy = PolicyState(None, BOUND_US, segments[-1].sid, (path,), steering=(Steering(FAR),))
    state = RouterState(
        "h", OWN.network_address + 1, (LocatorState("algo0", OWN, F3216, usid=True),),
        (LocalSid(OWN, EndpointBehavior.END, SHIFTS),), (policy,),
    )  # fmt: skip
    return Wanted("h", (), f"sha256:{middle}", text_of(state))


def applied(headend, state, middle, **more):
    probe = TierProbe("to-z-20000us", GATEWAY, FAR_GATEWAY, BOUND_US)
    confirming = Confirming((probe,), WINDOW_S, clock_error_ms=0.0, **more)
    return apply(
        wanted(middle), state, headend.netns, confirming=confirming, vtysh=headend.vtysh
    )  # fmt: skip


def over(headend) -> tuple:
    """The segments that packets to the customers of z are given."""
    return headend.kernel()[str(FAR)].segments


def ended(state) -> list[tuple]:
    return [(one["action"], one["outcome"]) for one in entries(audit_path(state))]


def test_a_policy_that_keeps_its_tier_stays(headend, tmp_path):
    done = applied(headend, tmp_path, FAST)
    assert over(headend) == through(FAST).segments
    (seen,) = done.measured
    assert seen.verdict is Verdict.PASS
    assert seen.received == seen.sent >= 10
    assert 0 < seen.judged_us < BOUND_US
    assert ended(tmp_path) == [("apply", "begun"), ("apply", "committed")]
    assert applied(headend, tmp_path, FAST).changes == ()


@pytest.mark.parametrize(
    ("middle", "code", "verdict"),
    [(SLOW, ExitCode.BREACH, "breach"), (NOWHERE, ExitCode.UNKNOWN, "unknown")],
    ids=["slow", "unreachable"],
)
def test_one_that_does_not_is_taken_back_whole(headend, tmp_path, middle, code, verdict):
    applied(headend, tmp_path, FAST)
    before = headend.own(), headend.kernel()
    with pytest.raises(TierError, match=f"20 ms {verdict}") as caught:
        applied(headend, tmp_path, middle)
    assert caught.value.exit_code is code
    assert caught.value.__notes__ == ["h is as it was"]
    assert (headend.own(), headend.kernel()) == before
    *_, last = entries(audit_path(tmp_path))
    assert (last["action"], last["outcome"]) == ("rollback", "done")
    assert last["measured"][0]["verdict"] == verdict
    assert applied(headend, tmp_path, FAST).changes == (), "packets go where they went"


def test_killed_while_it_is_measured_it_is_recovered(headend, tmp_path):
    applied(headend, tmp_path, FAST)
    before = headend.own(), headend.kernel()
    child = os.fork()
    if child == 0:
        try:
            applied(headend, tmp_path, SLOW)
        finally:
            os._exit(1)
    until(lambda: over(headend) == through(SLOW).segments, "the change to be made")
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert over(headend) == through(SLOW).segments
    with pytest.raises(InputError, match="netkit apply --recover --frr"):
        applied(headend, tmp_path, FAST)
    assert recover(tmp_path, headend.netns, headend.vtysh) is not None
    assert (headend.own(), headend.kernel()) == before
    assert ended(tmp_path)[-2:] == [("apply", "begun"), ("rollback", "done")]


def test_of_a_topology_it_is_planned_with_the_same_options_and_what_is_missing_is_told(headend):
    """This kernel may have no VRF devices, which customers of a plan are in."""
    done = netkit(
        "apply", "topologies/lab-metro.yaml", "--router", "xidan", "--netns", headend.netns,
        "--frr", "--vtysh", headend.words, "--usid", "--sids-by-hand", "--confirm", "10s",
        "--dry-run",
    )  # fmt: skip
    assert done.returncode == 3
    assert "xidan: there is no VRF device customers" in done.stderr
    assert headend.own() == {}
