"""What of a configuration of FRR is netkit's, and what is said to make or unmake it."""

from frr_running import RUNNING
from hypothesis import given
from router_states import router_states

from netkit.apply.change_json import change_from_json, change_to_json
from netkit.apply.changes import by_key, changes
from netkit.apply.frr.router import _in_the_way, _of_another_version
from netkit.apply.frr.statements import (
    ISIS,
    carried_by,
    commands,
    read_statements,
    unadvertised,
    vrfs_of,
)
from netkit.emit.frr.dialect import DIALECT
from netkit.emit.frr.grammar import GRAMMARS

OLDEST, NEWEST = GRAMMARS[0], GRAMMARS[-1]


def test_netkits_own_is_told_from_that_of_others():
    found = read_statements(RUNNING, OLDEST)
    assert [one.words for one in found.own] == [
        "sid 5f00:0:7::/48 locator algo0 behavior uN",
        "sid 5f00:0:7:d046::/64 locator algo0 behavior uDT6 vrf customers",
        "source-address 5f00:0:7::1",
        "locator algo0",
        "locator algo0",
        "ipv6 route 2001:db8:9::/48 sr0 tag 20000 segments 5f00:0:1:e001::/5f00:0:2::",
        "ipv6 route 2001:db8:9::/48 fe80::2 sr0 tag 20000 2 segments 5f00:0:5::",
        "ipv6 route 2001:db8:a::/48 sr0 tag 7 segments 5f00:0:5:: nexthop-vrf default",
    ]
    assert sorted(found.foreign.values()) == [
        "ipv6 route 2001:db8:77::/48 ge0",
        "ipv6 route 2001:db8:78::/48 sr0 segments 5f00:0:99::",
        "locator MAIN",
        "router isis core",
        "sid 5f00:1:7::/48 locator MAIN behavior uN",
    ]
    assert {name for one in found.own for name in vrfs_of(one)} == {"customers"}


def test_a_source_without_anything_else_of_netkit_is_somebodys():
    text = "segment-routing\n srv6\n  encapsulation\n   source-address 5f00::1\n"
    found = read_statements(text, OLDEST)
    assert (found.own, list(found.foreign.values())) == ((), ["source-address 5f00::1"])


ASKED = read_statements(RUNNING.replace("isis core", "isis 1"), OLDEST)
CARRIES = " segment-routing srv6\n  locator algo0\n exit\n"


def running(*instances, carrying=()):
    """What FRR holds with these instances of IS-IS; those ``carrying`` have netkit's locator."""
    text = "".join(
        f"router isis {one}\n{CARRIES if one in carrying else ''}exit\n" for one in instances
    )
    return read_statements(text, OLDEST)


def carriers(held):
    return [one.nodes[0] for one in carried_by(ASKED, held) if one.rank == ISIS]


def test_the_only_instance_of_isis_carries_the_locator():
    assert carriers(running("core")) == ["router isis core"]
    assert carriers(running()) == carriers(running("core", "edge")) == []


def test_an_instance_that_carries_the_locator_goes_on_when_another_comes():
    """Nobody is told to carry it of several, and nobody to stop."""
    held = running("core", "edge", carrying=["core"])
    assert carriers(held) == ["router isis core"]
    (mine,) = (one for one in held.own if one.rank == ISIS)
    assert mine in carried_by(ASKED, held)
    both = running("core", "edge", carrying=["core", "edge"])
    assert carriers(both) == ["router isis core", "router isis edge"]
    assert unadvertised(ASKED, held) is unadvertised(ASKED, both) is None


def test_a_locator_that_no_instance_carries_is_told_with_what_to_do():
    assert unadvertised(ASKED, running("core")) is None
    none, two = unadvertised(ASKED, running()), unadvertised(ASKED, running("core", "edge"))
    assert "no instance of IS-IS that could carry 'locator algo0'" in none
    assert "2 instances of IS-IS (core, edge), and none carries 'locator algo0'" in two
    assert "segment-routing srv6" in two
    nothing = read_statements("", OLDEST)
    assert unadvertised(nothing, running()) is None


def test_what_is_said_for_a_change():
    own = {one.identity: one for one in read_statements(RUNNING, OLDEST).own}
    sid, locator = own["sid 5f00:0:7::/48"], own["locator algo0"]
    views = ["segment-routing", "srv6", "static-sids"]
    assert commands(None, sid) == [*views, sid.words]
    assert commands(sid, None) == [*views, f"no {sid.words}"]
    assert commands(sid, sid) == [*views, "no sid 5f00:0:7::/48", sid.words]
    moved = read_statements(RUNNING.replace("5f00:0:7::/48 block", "5f00:0:8::/48 block"), OLDEST)
    other = next(one for one in moved.own if one.body)
    assert commands(locator, other)[3:] == [
        "no locator algo0", "locator algo0",
        "prefix 5f00:0:8::/48 block-len 32 node-len 16 func-bits 16", "behavior usid",
    ]  # fmt: skip
    (route,) = (one for one in own.values() if one.nodes == ("vrf customers",))
    assert commands(None, route) == ["vrf customers", route.words]


@given(router_states(usid=True))
def test_every_file_of_netkit_is_netkits_own_and_in_no_two_statements_alike(state):
    for grammar in (OLDEST, NEWEST):
        dialect = type(DIALECT)(grammar)
        text = dialect.render(dialect.carried(state))[".conf"]
        found = read_statements(text, grammar)
        assert [key for key in found.foreign if key[0] != "isis"] == []
        assert len(by_key(found.own)) == len(found.own)
        again = read_statements(text, grammar)
        assert changes(found.own, again.own) == ()
        for one in changes((), found.own):
            assert change_from_json(change_to_json(one)) == one
            assert one.after.words in commands(None, one.after)


def test_a_locator_that_isis_carries_already_is_in_the_way_and_not_replaced():
    """An instance carries one: stating netkit's would take the operator's out of the IGP."""
    wanted = carried_by(read_statements(RUNNING, OLDEST), running("core"))
    theirs = RUNNING.replace("router isis core", "router isis other", 1)
    theirs += "router isis core\n segment-routing srv6\n  locator MAIN\n exit\nexit\n"
    held = read_statements(theirs, OLDEST)
    (told,) = _in_the_way([one for one in wanted if one.rank == ISIS], held.foreign)
    assert "'locator MAIN' in 'router isis core' already" in told


def test_an_instance_of_isis_in_a_vrf_carries_no_locator():
    """Stated in the default VRF, its name would be that of a new instance."""
    held = read_statements(RUNNING.replace("isis core", "isis core vrf red"), OLDEST)
    assert held.isis_instances == ()
    wanted = carried_by(read_statements(RUNNING, OLDEST), held)
    assert all(one.rank != ISIS for one in wanted)


def test_what_the_version_that_runs_would_take_for_something_else_is_told():
    """A uA of FRR 10.4 leaves the function in its container: packets go astray, and zebra and the
    kernel show what was stated."""
    text = (
        "segment-routing\n srv6\n  locators\n   locator algo0\n"
        "    prefix 5f00:0:7::/48 block-len 32 node-len 16 func-bits 16\n    behavior usid\n"
        "   exit\n  exit\n  static-sids\n"
        "   sid 5f00:0:7:e000::/64 locator algo0 behavior uA interface ge0 nexthop fe80::1\n"
        "  exit\n exit\nexit\nip route 192.0.2.0/24 sr0 tag 7 segments 5f00:0:5::\n"
    )
    wanted = read_statements(text, NEWEST).own
    told = {str(one): list(_of_another_version(wanted, one)) for one in GRAMMARS}
    assert [len(said) for said in told.values()] == [2, 1, 0]
    assert "no static uA" in told["10.3"][0]
    assert "10.3 has no segments in IPv4 routes" in told["10.3"][1]
    assert "consumes the node and not its function" in told["10.4"][0]
