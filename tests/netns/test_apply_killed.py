"""Applying that is killed, interrupted or crashes: the old state or the new one, never between."""

import gc
import json
import os
import signal
from dataclasses import replace
from functools import partial

import pytest
from applied_router import ip, own, policy, router, shown, small_state
from command import netkit
from examples import enough

from netkit.apply import place as place_module
from netkit.apply import router as apply_module
from netkit.apply.changes import by_key
from netkit.apply.linux.devices import Devices
from netkit.apply.linux.kernel import Kernel
from netkit.apply.objects import (
    Rule,
    SidDevice,
)
from netkit.apply.place import Place
from netkit.apply.router import apply, recover
from netkit.errors import ApplyError, InputError

pytestmark = pytest.mark.netns


class Deadly(Kernel):
    """A real kernel whose process is killed at one request, before or after it is made."""

    at, requests, after = 0, 0, False

    def make(self, change):
        here = type(self).requests == type(self).at
        type(self).requests += 1
        if here and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        super().make(change)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)


def killed(place: Place, wanted, at: int, *, after: bool) -> None:
    """Apply in a process that is killed at request ``at``."""
    child = os.fork()
    if child == 0:
        try:
            Deadly.at, Deadly.after = at, after
            place_module.Kernel = Deadly
            apply(place, "harbin", wanted)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, (at, after)


def test_killed_at_every_step_it_is_recovered_to_what_it_was(tmp_path, monkeypatch):
    """Over 200 points: before and after each of the changes between two states, there and back;
    every third change where that is enough."""
    states = [small_state(*(policy(one, one) for one in range(2, 40))),
              small_state(*(policy(one, 99, one) for one in range(2, 66, 2)))]  # fmt: skip
    points = 0
    # What is in the way is another test's; here it would be looked for 200 times.
    monkeypatch.setattr(apply_module, "problems", lambda kernel, wanted: [])
    with router() as netns:
        place = Place(tmp_path, netns)
        ip(netns, "-6", "route", "add", "2001:db8:ffff::/48", "dev", "ge0", "table", "100")
        for here, there in (states, states[::-1]):
            apply(place, "harbin", here)
            for at in range(0, len(apply(place, "harbin", there, dry_run=True)), enough(3, 1)):
                for after in (False, True):
                    points += 1
                    killed(place, there, at, after=after)
                    with pytest.raises(InputError, match="--recover"):
                        apply(place, "harbin", there)
                    assert recover(place) is not None
                    assert own(netns) == by_key(here), (at, after)
        assert "2001:db8:ffff::/48" in shown(netns, "-6", "route", "show", "table", "100")
    assert points >= enough(67, 200)


def test_killed_while_recovering_it_is_recovered_again(tmp_path):
    here, there = (small_state(*(policy(one, one, node) for one in range(2, 9))) for node in (2, 3))
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", here)
        killed(place, there, 5, after=True)
        for at in range(3):
            child = os.fork()
            if child == 0:
                try:
                    Deadly.at = at
                    place_module.Kernel = Deadly
                    recover(place)
                finally:
                    os._exit(1)
            os.waitpid(child, 0)
        recover(place)
        assert own(netns) == by_key(here)
        assert recover(place) is None


def test_a_dry_run_of_recovery_says_what_it_would_take_back_and_leaves_it(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path))
    here, there = (small_state(policy(2, node), policy(3, node)) for node in (2, 3))
    with router() as netns:
        place, words = Place(tmp_path / "apply", netns), ("--recover", "--netns", netns)
        apply(place, "harbin", here)
        killed(place, there, 0, after=True)
        half = own(netns)
        said = netkit("apply", *words, "--dry-run")
        assert said.returncode == 0, said.stderr
        changed, becomes, end = said.stdout.splitlines()
        assert changed.startswith("~ 2001:db8:2::/48")
        assert "5f00:0:3:1::" in changed
        assert "5f00:0:2:1::" in becomes
        assert end == "1 change to harbin; none was made"
        document = json.loads(netkit("apply", *words, "--dry-run", "--json").stdout)
        assert (document["dry_run"], len(document["recovered"])) == (True, 1)
        assert own(netns) == half
        assert "taken back" in netkit("apply", *words).stdout
        assert own(netns) == by_key(here)
        assert "nothing is half done" in netkit("apply", *words, "--dry-run").stdout


def test_what_is_half_done_of_frr_is_told_where_nothing_is_of_the_kernel(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path))
    with router() as netns:
        place = Place(tmp_path / "apply", netns)
        apply(place, "harbin", small_state())
        killed(place, small_state(policy(2, 2)), 0, after=True)
        (journal,) = place.folder.glob("*.journal")
        journal.rename(journal.with_suffix(".frr-journal"))
        said = netkit("apply", "--recover", "--netns", netns)
        assert "nothing is half done here" in said.stdout
        assert "harbin of another kind is half done: netkit apply --recover --frr" in said.stderr
        journal.with_suffix(".frr-journal").write_text("{\n")
        said = netkit("apply", "--recover", "--netns", netns)
        assert "nothing is half done here" in said.stdout
        assert "not a journal of netkit" in said.stderr


@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <(_io.FileIO|function Popen.__del__)"
    ":pytest.PytestUnraisableExceptionWarning"
)
def test_ctrl_c_at_any_moment_leaves_the_old_state_or_the_new_one(tmp_path):
    """Within the start of a process of its own, too, where Python leaves its pipes, and the process
    that reads nothing from them and ends, to the collector, which tells of it."""
    old = small_state(policy(2, 2), policy(3, 3))
    moved = (replace(one, table=101) if isinstance(one, Rule) else one for one in old)
    new = (*moved, SidDevice("sr1"), policy(2, 4, metric=200))
    alarm = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with router() as netns:
            place, stood, ends = Place(tmp_path, netns), [], []

            def stands():
                signal.setitimer(signal.ITIMER_REAL, 0)
                stood.append(True)

            for number in range(0, 30, enough(3, 1)):
                apply(place, "harbin", old)
                stood.clear()
                soon = partial(signal.setitimer, signal.ITIMER_REAL, 0.0005 + number * 0.002)
                try:
                    apply(
                        place, "harbin", new, before=lambda _, soon=soon: soon(), committed=stands
                    )
                except KeyboardInterrupt:
                    ends.append("interrupted")
                else:
                    assert stood
                gc.collect()
                assert own(netns) == by_key(new if stood else old)
            assert "interrupted" in ends
    finally:
        signal.signal(signal.SIGALRM, alarm)


def test_a_crash_inside_a_change_is_recovered_as_well(tmp_path, monkeypatch):
    """Between an interface and its alias, and between a rule and the one that it replaces."""
    old = small_state()
    moved = (replace(one, table=101) if isinstance(one, Rule) else one for one in old)
    new = (*moved, SidDevice("sr1"))

    def unfinished(self, name):
        if name == "sr1":
            os._exit(9)
        finish(self, name)

    def crash(*patches):
        child = os.fork()
        if child == 0:
            for name, value in patches:
                monkeypatch.setattr(name, value)
            try:
                apply(place, "harbin", new)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

    def added_and_dead(self, command, rule):
        if command == "del":
            os._exit(9)
        change_rule(self, command, rule)

    change_rule, finish = Kernel._change_rule, Devices._finish
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", old)
        for patch in (
            ("netkit.apply.linux.devices.Devices._finish", unfinished),
            ("netkit.apply.linux.kernel.Kernel._change_rule", added_and_dead),
        ):
            crash(patch)
            with pytest.raises(InputError, match="a crash has left a change of harbin half done"):
                apply(place, "harbin", new)
            recover(place)
            assert own(netns) == by_key(old)
            assert "sr1" not in shown(netns, "link")
            assert shown(netns, "-6", "rule").count("iif cust0") == 1


def test_an_operators_route_in_the_place_of_one_is_not_replaced_by_recovery(tmp_path):
    here, there = small_state(policy(2, 2)), small_state(policy(2, 3))
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", here)
        killed(place, there, 0, after=True)
        where = ("2001:db8:2::/48", "dev", "ge0", "table", "100", "metric", "100")
        ip(netns, "-6", "route", "replace", *where)
        with pytest.raises(ApplyError, match=r"could not be put back:\nroute 2001:db8:2::/48"):
            recover(place)
        assert "2001:db8:2::/48 dev ge0" in shown(netns, "-6", "route", "show", "table", "100")
        ip(netns, "-6", "route", "delete", *where)
        assert recover(place) is not None
        assert own(netns) == by_key(here)
