"""What a push over NETCONF takes for done, by what a router runs: each platform in its own XML."""

from ipaddress import IPv6Address, IPv6Network

import pytest

from netkit.apply.push.netconf.replacing import replacing
from netkit.emit.common.xml import NETCONF, read_xml
from netkit.emit.targets import dialect
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.workflows.routers.push_netconf import _Judge, config_of

TARGETS = ("huawei", "ietf", "iosxr", "junos", "sros")
USID = frozenset({Flavor.NEXT_CSID})


def weighted(name, *nodes, weight=1):
    sids = (IPv6Address(f"5f00:0:{node:x}::") for node in nodes)
    un = SidStructure(32, 16, 0, 0)
    segments = (SegmentState(sid, EndpointBehavior.END, USID, un) for sid in sids)
    return WeightedList(name, weight, tuple(segments))


ONE = CandidatePathState(200, (weighted("one", 3, 4, 2),), name="p-200")
SPLIT = CandidatePathState(
    200, (weighted("one", 3, 4, 2, weight=1), weighted("two", 5, 2, weight=1)), name="p-200"
)
BETTER = CandidatePathState(300, (weighted("better", 9, 2),), name="p-300")
WORSE = CandidatePathState(100, (weighted("worse", 9, 2),), name="p-100")


def state(*paths):
    policy = PolicyState("p", 7, IPv6Address("5f00:0:2::1"), paths)
    locator = LocatorState("algo0", IPv6Network("5f00:0:1::/48"), SidStructure(32, 16, 16), 0, True)
    return RouterState(
        "a", source=IPv6Address("5f00:0:1::1"), locators=(locator,), policies=(policy,)
    )


def xml(target, *paths):
    own = dialect(target)
    return own.render(own.carried(state(*paths)))[".xml"]


def judge(target, folder, *paths):
    (folder / "a.xml").write_text(xml(target, *paths))
    return _Judge(config_of(folder / "a.xml", "a", target))


@pytest.mark.parametrize("target", [one for one in TARGETS if one != "huawei"])
def test_a_list_besides_the_planned_ones_is_not_done(tmp_path, target):
    """The router would go on to share packets over it."""
    own = judge(target, tmp_path, ONE)
    assert own.unlike(xml(target, ONE)) == ()
    (told,) = own.unlike(xml(target, SPLIT))
    assert "5f00:0:5::" in told
    assert own.besides == ()


@pytest.mark.parametrize("target", [one for one in TARGETS if one not in ("huawei", "junos")])
def test_a_path_that_is_preferred_is_not_done_and_a_lesser_one_is_said(tmp_path, target):
    own = judge(target, tmp_path, ONE)
    assert len(own.unlike(xml(target, BETTER, ONE))) == 1
    assert own.unlike(xml(target, ONE, WORSE)) == ()
    assert len(own.besides) == 1


@pytest.mark.parametrize("target", TARGETS)
def test_lists_and_paths_are_replaced_and_all_around_them_is_merged(target):
    text = replacing(xml(target, SPLIT, WORSE), target)
    assert text is not None
    assert text.count("<config ") == text.count("<config xmlns:nc=") == 1
    assert text.count(' nc:operation="replace"') >= 2
    read_xml(text, "a.xml")
    plain = text.replace(' nc:operation="replace"', "").replace(f' xmlns:nc="{NETCONF}"', "")
    assert plain == xml(target, SPLIT, WORSE)


def test_what_has_no_lists_is_merged_alone():
    own = dialect("ietf")
    empty = own.render(own.carried(RouterState("a", source=IPv6Address("5f00::1"))))[".xml"]
    assert replacing(empty, "ietf") is None
    assert replacing(empty, "linux") is None
