"""``netkit apply --frr`` onto FRR 10.3 of Debian 13: stated, read back from zebra and the kernel,
taken back whole, and nothing of others touched."""

import json
import os
import re
import subprocess
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from frr_process import Router, running_frr
from test_frr_files import LIVE, several_sids, text_of

from netkit.apply.frr.router import apply_frr, recover_frr
from netkit.apply.objects import Seg6
from netkit.apply.place import Place
from netkit.errors import ApplyError, InputError
from netkit.model.router_state import EndpointBehavior, LocalSid, Steering

FOREIGN = (
    "ipv6 route 2001:db8:77::/48 ge0",
    "ipv6 route 2001:db8:78::/48 sr0 segments 5f00:0:99::",
    "router isis 1",
    " net 49.0001.0000.0000.0001.00",
)


@pytest.fixture(scope="module")
def frr():
    netns = f"nkfrr{os.getpid()}"
    with running_frr() as pid:
        subprocess.run(["ip", "netns", "attach", netns, str(pid)], check=True)
        try:
            made = Router.of(netns, pid)
            made.vtysh.configure(FOREIGN)
            yield made
        finally:
            subprocess.run(["ip", "netns", "delete", netns], check=False)


@pytest.fixture(autouse=True)
def _clean(frr, tmp_path):
    yield
    apply_frr(Place(tmp_path, frr.netns), "lanzhou", "", frr.vtysh)
    assert frr.own() == {}


def segments(text: str) -> list[str]:
    return [str(IPv6Address(one)) for one in text.split()]


def test_applied_it_is_in_zebra_and_in_the_kernel_and_a_second_apply_does_nothing(frr, tmp_path):
    place, text = Place(tmp_path, frr.netns), text_of(several_sids())
    assert apply_frr(place, "lanzhou", text, frr.vtysh, dry_run=True)
    assert frr.own() == {}, "a dry run changes nothing"
    made = apply_frr(place, "lanzhou", text, frr.vtysh)
    assert [one.before for one in made] == [None] * 7
    held = frr.own()
    assert set(held.values()) == {one.after for one in made}
    assert all(one.in_force for one in held.values())
    assert apply_frr(place, "lanzhou", text, frr.vtysh) == ()
    kernel = frr.kernel()
    assert [str(one) for one in kernel["2001:db8:9::/48"].segments] == segments(
        "5f00:0:1:e001:: 5f00:0:2:: 5f00:0:9:d046::"
    )
    assert kernel["5f00:0:7::/48"].flavors == {"next-csid"}
    assert kernel["5f00:0:7:d046::/64"].action == "End.DT6"
    shown = frr.vtysh.shown("show ipv6 route 2001:db8:9::/48 json")["2001:db8:9::/48"]
    assert {one["distance"] for one in shown} == {1, 2}
    assert frr.others(FOREIGN) == [one.strip() for one in FOREIGN]


def changed_state():
    """Other lists, a further prefix, and the same SIDs."""
    state = several_sids()
    (policy,) = state.policies
    primary, backup = policy.candidate_paths
    paths = (replace(backup, preference=200), replace(primary, preference=100))
    into = (*policy.steering, Steering(IPv6Network("2001:db8:a::/48")))
    return replace(state, policies=(replace(policy, candidate_paths=paths, steering=into),))


def test_changed_routes_take_their_places_and_the_sids_are_there_after_it(frr, tmp_path):
    place = Place(tmp_path, frr.netns)
    apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)
    changes = apply_frr(place, "lanzhou", text_of(changed_state()), frr.vtysh)
    assert len(changes) == 4, "two routes of one prefix, and two of a new one"
    kernel = frr.kernel()
    for prefix in ("2001:db8:9::/48", "2001:db8:a::/48"):
        assert [str(one) for one in kernel[prefix].segments] == segments(
            "5f00:0:5:: 5f00:0:6:e002:: 5f00:0:9:d046::"
        )
    assert {"5f00:0:7::/48", "5f00:0:7:d046::/64"} <= kernel.keys()
    back = apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)
    assert len(back) == 4
    assert "2001:db8:a::/48" not in frr.kernel()
    assert all(one.in_force for one in frr.own().values())


def test_a_sid_that_frr_takes_and_the_kernel_does_not_takes_all_back(frr, tmp_path):
    """This kernel has no End.DT46 without a VRF device: FRR accepts it, and it is never there."""
    place = Place(tmp_path, frr.netns)
    apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)
    before, kernel = frr.own(), frr.kernel()
    refused = LocalSid(IPv6Network("5f00:0:7:d047::/64"), EndpointBehavior.END_DT46)
    state = changed_state()
    state = replace(state, sids=(*state.sids, refused))
    with pytest.raises(ApplyError, match="holds something else than it was asked"):
        apply_frr(place, "lanzhou", text_of(state), frr.vtysh)
    assert (frr.own(), frr.kernel()) == (before, kernel)
    assert frr.others(FOREIGN) == [one.strip() for one in FOREIGN]


def test_what_is_not_confirmed_or_refused_by_frr_is_taken_back(frr, tmp_path):
    place = Place(tmp_path, frr.netns)
    apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)
    before, kernel = frr.own(), frr.kernel()

    def not_kept():
        assert frr.kernel() != kernel
        raise ApplyError("the tier is not kept")

    with pytest.raises(ApplyError, match="not kept"):
        apply_frr(place, "lanzhou", text_of(changed_state()), frr.vtysh, confirm=not_kept)
    assert (frr.own(), frr.kernel()) == (before, kernel)


def killed_on_the_way(frr, place):
    """A change of which nothing is left but what is written down, and what FRR has of it."""
    child = os.fork()
    if child == 0:
        try:
            apply_frr(
                place, "lanzhou", text_of(changed_state()), frr.vtysh,
                confirm=lambda: os.kill(os.getpid(), 9),
            )  # fmt: skip
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 9


def test_killed_on_the_way_it_is_recovered(frr, tmp_path):
    place = Place(tmp_path, frr.netns)
    apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)
    before, kernel = frr.own(), frr.kernel()
    killed_on_the_way(frr, place)
    assert frr.own() != before
    with pytest.raises(InputError, match="netkit apply --recover --frr"):
        apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)
    assert recover_frr(place, frr.vtysh).router == "lanzhou"
    assert (frr.own(), frr.kernel()) == (before, kernel)
    assert recover_frr(place, frr.vtysh) is None


def of_an_earlier_run(journal, last):
    """Have a journal end before its ``last`` line, and be of a run of the machine before this."""
    text = re.sub(r'"boot":"[^"]*"', '"boot":"before"', journal.read_text())
    journal.write_text(text.replace(last, '{"done":9}'))


def test_a_change_of_before_a_reboot_is_not_undone_in_what_frr_had_saved(frr, tmp_path):
    place = Place(tmp_path, frr.netns)
    apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)

    def not_kept():
        raise ApplyError("the tier is not kept")

    with pytest.raises(ApplyError, match="not kept"):
        apply_frr(place, "lanzhou", text_of(changed_state()), frr.vtysh, confirm=not_kept)
    (journal,) = tmp_path.glob("*.frr-journal")
    of_an_earlier_run(journal, '{"undone":true}')
    assert recover_frr(place, frr.vtysh) is None, "FRR came up with nothing of it"
    assert not journal.exists()
    apply_frr(place, "lanzhou", text_of(changed_state()), frr.vtysh)
    saved = frr.own()
    of_an_earlier_run(journal, '{"commit":true}')
    with pytest.raises(InputError, match=r"started anew since .* has 4 of 4 changes .* nothing is"):
        recover_frr(place, frr.vtysh)
    assert frr.own() == saved
    assert recover_frr(place, frr.vtysh) is None


def test_the_locator_stays_in_isis_when_another_instance_comes(frr, tmp_path):
    place, text, told = Place(tmp_path, frr.netns), text_of(several_sids()), []
    other = ("router isis 2", "net 49.0002.0000.0000.0001.00")
    frr.vtysh.configure(other)
    try:
        apply_frr(place, "lanzhou", text, frr.vtysh, note=told.append)
        assert "2 instances of IS-IS (1, 2), and none carries 'locator algo0'" in told.pop()
        assert not any(key[1].startswith("router isis") for key in frr.own())
        frr.vtysh.configure(["no router isis 2"])
        (carries,) = apply_frr(place, "lanzhou", text, frr.vtysh, note=told.append)
        assert carries.after.nodes[0] == "router isis 1"
        frr.vtysh.configure(other)
        assert apply_frr(place, "lanzhou", text, frr.vtysh, note=told.append) == ()
        assert told == []
    finally:
        frr.vtysh.configure(["no router isis 2"])


def test_a_dry_run_of_recovery_says_what_it_would_take_back(frr, tmp_path):
    place = Place(tmp_path, frr.netns)
    apply_frr(place, "lanzhou", text_of(several_sids()), frr.vtysh)
    killed_on_the_way(frr, place)
    held = frr.own()
    said = recover_frr(place, frr.vtysh, dry_run=True)
    assert (said.router, len(said.changes)) == ("lanzhou", 4)
    assert frr.own() == held
    assert recover_frr(place, frr.vtysh) == said
    assert recover_frr(place, frr.vtysh, dry_run=True) is None


def test_what_is_in_the_way_is_said_and_nothing_is_changed(frr, tmp_path):
    place = Place(tmp_path, frr.netns)
    frr.vtysh.configure(["ipv6 route 2001:db8:9::/48 sr0"])
    try:
        vrfs = replace(LIVE, sids=tuple(
            replace(one, vrf="blue") if one.behavior is EndpointBehavior.END_DT6 else one
            for one in LIVE.sids
        ))  # fmt: skip
        with pytest.raises(InputError) as caught:
            apply_frr(place, "lanzhou", text_of(vrfs), frr.vtysh)
        said = str(caught.value)
        assert "FRR has 'ipv6 route 2001:db8:9::/48 sr0' already, which is not netkit's" in said
        assert "there is no VRF device blue" in said
        assert frr.own() == {}
    finally:
        frr.vtysh.configure(["no ipv6 route 2001:db8:9::/48 sr0"])


def test_as_typed(frr, tmp_path, monkeypatch):
    from command import netkit

    monkeypatch.setenv("NETKIT_STATE", str(tmp_path))
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "lanzhou.conf").write_text(text_of(several_sids()))
    where = ("--netns", frr.netns, "--frr", "--vtysh", frr.words)
    done = netkit("apply", folder, *where)
    assert done.returncode == 0, done.stderr
    assert "+ segment-routing; srv6; static-sids; sid 5f00:0:7::/48 locator algo0" in done.stdout
    again = netkit("apply", folder, *where, "--json")
    assert json.loads(again.stdout)["changes"] == []
    assert "half done" in netkit("apply", "--recover", *where).stdout
    assert netkit("audit", "verify").returncode == 0
    assert isinstance(frr.kernel()["2001:db8:9::/48"], Seg6)
