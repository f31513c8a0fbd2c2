"""Choosing what delays the links, and what netem is told."""

from __future__ import annotations

import pytest
from lab_topologies import two_sides

from netkit.errors import InputError, LabError, PrivilegeError
from netkit.lab.blueprint import draw
from netkit.lab.check import requirements
from netkit.lab.delay.choice import BackendName, choose_backend
from netkit.lab.delay.netem import carry_batch, cut_batch, mend_batch
from netkit.lab.delay.trials import Trial
from netkit.lab.kernel.netns import run_batch
from netkit.lab.truth.cuts import cuts_for


def trials(*working):
    def trial(works):
        return lambda: Trial(works, "tried")

    return {name: trial(name in working) for name in BackendName}


@pytest.mark.parametrize(
    ("requested", "working", "chosen"),
    [
        ("auto", ("htb", "wire", "netem"), "wire"),
        ("auto", ("htb", "netem"), "htb"),
        ("auto", ("netem",), "netem"),
        ("netem", ("htb", "wire", "netem"), "netem"),
        ("wire", ("htb", "wire"), "wire"),
    ],
)
def test_what_works_and_was_asked_for_is_chosen(requested, working, chosen):
    assert choose_backend(requested, trials(*working)) == chosen


@pytest.mark.parametrize(
    ("requested", "working", "named"),
    [("auto", (), "wire: .*htb: .*netem: "), ("netem", ("htb", "wire"), "netem")],
)
def test_what_does_not_work_is_refused_with_its_reason(requested, working, named):
    with pytest.raises(LabError, match=f"{named}.*tried"):
        choose_backend(requested, trials(*working))


def test_another_word_is_refused():
    with pytest.raises(InputError, match="auto, wire, htb, netem"):
        choose_backend("magic")


def test_only_what_was_asked_for_is_tried():
    def never():
        raise AssertionError

    others = dict.fromkeys((BackendName.HTB, BackendName.NETEM), never)
    assert choose_backend("wire", trials("wire") | others)


CABLES = draw(two_sides(), ()).cables


def test_netem_holds_where_frames_leave_what_has_come_in_at_the_other_end():
    lines = carry_batch(CABLES).splitlines()
    assert lines[:3] == [
        "qdisc add dev w1 root handle 1: netem limit 100000 delay 1500us",
        "qdisc add dev w0 clsact",
        "filter add dev w0 ingress pref 3 protocol all matchall "
        "action mirred egress redirect dev w1",
    ]
    assert "qdisc add dev w0 root handle 1: netem limit 100000 delay 1700us" in lines
    assert len(lines) == 6 * len(CABLES)


def test_a_cut_with_netem_loses_what_enters_and_what_is_held():
    assert list(cut_batch(CABLES, [(0, None)], 1)) == [
        "filter add dev w0 ingress pref 1 protocol all matchall action drop\n",
        "qdisc replace dev w1 root handle 3: netem limit 100000 delay 1500us\n",
    ]
    assert list(mend_batch(CABLES, {(0, None)})) == ["filter del dev w0 ingress pref 1\n"]


def test_a_cut_inside_a_fabric_with_netem_drops_what_two_members_send_each_other():
    blueprint = draw(two_sides(), ())
    cuts = cuts_for(blueprint, ["ix:w2~e2"])
    legs = {cable.id: index for index, cable in enumerate(CABLES)}
    (w2, from_w2), (e2, from_e2) = ((n, CABLES[legs[f"ix:{n}"]].a.mac) for n in ("w2", "e2"))
    lines = list(cut_batch(CABLES, cuts, 1))
    for near, far, mac in ((w2, e2, from_e2), (e2, w2, from_w2)):
        enter, beyond = 2 * legs[f"ix:{near}"], 2 * legs[f"ix:{far}"] + 1
        to = f"filter add dev w{enter} ingress pref 2 protocol all flower dst_mac {mac} action drop"
        of = CABLES[enter // 2].a.mac
        fro = (
            f"filter add dev w{beyond} ingress pref 2 protocol all flower src_mac {of} action drop"
        )
        assert f"{to}\n" in lines
        assert f"{fro}\n" in lines
    assert len(lines) == 4
    assert len(list(mend_batch(CABLES, set(cuts)))) == 4


FAIL_ON_BAD = (
    "while read -r line; do case $line in bad*) echo no such thing >&2; exit 1;; esac; done"
)
"""A stand-in for a command that does not tell which line it failed on."""


def test_a_failing_line_is_named_whether_the_command_tells_it_or_not():
    text = "good\nbad one\ngood\n"
    numbered = ("sh", "-c", "cat >/dev/null; echo 'Error: x. Command failed -:3' >&2; exit 1")
    assert "line 3: 'good': Error: x." in (run_batch(numbered, text) or "")
    nft = ("sh", "-c", "cat >/dev/null; echo '/dev/stdin:1:1-4: Error: y' >&2; exit 1")
    assert "line 1: 'good': /dev/stdin" in (run_batch(nft, text) or "")
    assert "line 2: 'bad one': no such thing" in (run_batch(("sh", "-c", FAIL_ON_BAD), text) or "")
    silent = ("sh", "-c", "cat >/dev/null; exit 7")
    assert (run_batch(silent, "") or "").endswith(": exit status 7")
    assert run_batch(("sh", "-c", FAIL_ON_BAD), "good\n") is None


def test_without_root_the_lab_is_refused_before_anything_is_made(monkeypatch):
    monkeypatch.setattr(requirements.os, "geteuid", lambda: 1000)
    with pytest.raises(PrivilegeError, match="sudo"):
        requirements.require_lab()


def test_missing_commands_are_named_with_their_packages(monkeypatch):
    monkeypatch.setattr(requirements.os, "geteuid", lambda: 0)
    monkeypatch.setattr(requirements.shutil, "which", lambda name, path=None: None)
    with pytest.raises(LabError) as caught:
        requirements.require_lab()
    assert str(caught.value) == (
        "the lab needs mnexec, ip, bridge, tc, nft, ifconfig: apt-get install mininet; "
        "apt-get install iproute2; apt-get install nftables; apt-get install net-tools"
    )


def test_commands_outside_of_path_are_not_to_be_installed_again(monkeypatch):
    monkeypatch.setattr(requirements.os, "geteuid", lambda: 0)

    def which(name, path=None):
        return f"/usr/sbin/{name}" if path or name != "nft" else None

    monkeypatch.setattr(requirements.shutil, "which", which)
    with pytest.raises(LabError, match=r"^the lab needs nft: PATH=\$PATH:/usr/sbin$"):
        requirements.require_lab()
