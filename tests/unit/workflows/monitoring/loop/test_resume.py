"""A loop that is started again goes on from what was confirmed, however the one before ended."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from goldens import ROOT
from surveyed_lab import now_ns, pair_window, region

from netkit.api import load_topology, plan
from netkit.errors import ApplyError, InputError
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.verdict import Verdict
from netkit.monitor.loop.actions import Confirmed, LinksAnnounced, NotConfirmed, PlanChange
from netkit.monitor.loop.state import Limits, Loop, begun
from netkit.planner.reaction.upkeep import Upkeep
from netkit.store.audit_log import entries
from netkit.store.state_folder import audit_path
from netkit.workflows.monitoring.loop import watch as watching
from netkit.workflows.monitoring.loop.kept import Kept, KeptFile, _signed
from netkit.workflows.monitoring.loop.kept_plan import plan_from_plain, plan_to_plain
from netkit.workflows.monitoring.loop.resume import going_on
from netkit.workflows.monitoring.loop.watch import Watch
from netkit.workflows.routers.audit import plan_digest

THERE, BACK = ("hangzhou", "wuhu-dc"), ("wuhu-dc", "hangzhou")
CABLE = "old-cable"


class KilledError(BaseException):
    """The process ends here, and nothing more is done by it."""


class Machine:
    """Two routers that outlive the loops that change them, with what is on probation there."""

    def __init__(self, state, surveyed):
        self.state, self.surveyed = state, surveyed
        self.held = dict.fromkeys(("hangzhou", "wuhu-dc"), surveyed.plan)
        self.before, self.dies_at, self.minute = {}, None, 0

    def alone(self, folder):
        return KeptFile(folder, "of the routers", None).alone()

    def unlike(self, topology, wanted):
        return tuple(
            name for name, one in self.held.items() if plan_digest(one) != plan_digest(wanted)
        )

    def recover(self):
        self.held |= self.before
        self.before = {}

    def hold(self, topology, wanted, routers):
        for name in routers:
            if name in self.before:
                self.recover()
            self.before[name], self.held[name] = self.held[name], wanted
            self.died("hold")

    def keep(self):
        while self.before:
            self.before.popitem()
            self.died("keep")

    def died(self, where):
        if self.dies_at == where:
            self.dies_at = None
            raise KilledError

    def loop(self, verdict=Verdict.PASS, creep_us=900):
        """One life of a loop: what it says until ``minutes`` are over, or it is killed."""
        return Life(self, verdict, creep_us)


class Life:
    def __init__(self, machine, verdict, creep_us):
        self.machine, self.verdict, self.creep_us = machine, verdict, creep_us
        self.said, self.notes = [], []

    def run(self, minutes, *, leave=True, since=0):
        machine, surveyed = self.machine, self.machine.surveyed
        limits = Limits(apply=True, reachable=frozenset(machine.held))
        loop = Loop(Upkeep(), surveyed.flows, {(*THERE, "main"): THERE}, limits=limits)
        first = begun(surveyed.plan, surveyed.topology)
        with going_on("links", first, machine, self.notes.append) as (state, file):
            self.state = state
            watch = Watch(
                loop, state, self.windows, machine, machine.state, lambda: now_ns(machine.minute),
                "links", keep=file.write,
            )  # fmt: skip
            for machine.minute in range(since + 1, since + minutes + 1):
                self.said += [type(one.action) for one in watch.turn()]
                self.state = watch.state
            if leave:
                watch.leave()
        return self

    def windows(self, selection):
        minute = self.machine.minute
        for one in range(max(0, minute - 3), minute + 1):
            truth = self.machine.surveyed.truth(**{CABLE: self.creep_us})
            yield from self.machine.surveyed.windows(one, truth)
            yield pair_window(*THERE, one, self.verdict)


@pytest.fixture(scope="module")
def surveyed():
    return region(THERE, BACK)


@pytest.fixture
def machine(surveyed, tmp_path):
    return Machine(tmp_path, surveyed)


def outcomes(machine):
    return [one["outcome"] for one in entries(audit_path(machine.state))]


def test_a_restart_after_a_confirmed_change_goes_on_from_it(machine):
    """It refused: the routers hold no longer what the topology file says."""
    before = machine.loop().run(6)
    assert before.said[-2:] == [PlanChange, Confirmed]
    after = machine.loop().run(1, since=6)
    assert plan_digest(after.state.plan) == plan_digest(before.state.plan)
    assert after.state.topology == before.state.topology
    assert after.state.announced == before.state.announced
    assert (after.said, after.notes) == ([], [])
    assert outcomes(machine)[-2:] == ["confirmed", "resumed"]


def test_what_a_restarted_loop_changes_next_is_from_what_was_confirmed(machine):
    machine.loop().run(6)
    confirmed = dict(machine.held)
    later = machine.loop(creep_us=-900).run(30, since=20)
    assert later.said[0] is LinksAnnounced
    assert machine.held == confirmed


def test_what_was_not_confirmed_is_not_applied_again_by_the_next(machine, surveyed):
    machine.loop(Verdict.BREACH).run(6)
    assert set(machine.held.values()) == {surveyed.plan}
    again = machine.loop(Verdict.BREACH).run(30, since=6)
    assert NotConfirmed not in again.said
    assert set(machine.held.values()) == {surveyed.plan}
    assert "replanned, not applied" in outcomes(machine)


def test_a_loop_that_was_ended_on_probation_leaves_all_as_it_was(machine, surveyed):
    machine.loop(Verdict.INCONCLUSIVE).run(3)
    assert set(machine.held.values()) == {surveyed.plan}
    assert machine.loop().run(1, since=3).notes == []


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), InputError.single("altered")])
def test_what_is_on_probation_is_taken_back_though_nothing_can_be_written(
    machine, surveyed, monkeypatch, error
):
    """The disk is full, or the audit trail was altered: the loop ends, the change does not stay."""

    def unwritable(*_, **__):
        raise error

    life = machine.loop(Verdict.INCONCLUSIVE)
    wrote = KeptFile.write

    def fills_up(file, kept):
        wrote(file, kept)
        if machine.before:  # the change is made, and was written down
            monkeypatch.setattr(watching, "record", unwritable)
            monkeypatch.setattr(KeptFile, "write", unwritable)

    monkeypatch.setattr(KeptFile, "write", fills_up)
    with pytest.raises(type(error)):
        life.run(3)
    assert PlanChange in life.said
    assert set(machine.held.values()) == {surveyed.plan}


@pytest.mark.parametrize("minutes", [2, 3])
@pytest.mark.parametrize("where", ["hold", None])
def test_a_loop_that_was_killed_before_it_was_confirmed_is_taken_back(
    machine, surveyed, where, minutes
):
    machine.dies_at = where
    try:
        machine.loop(Verdict.INCONCLUSIVE).run(minutes, leave=False)
    except KilledError:
        assert where
    after = machine.loop(Verdict.INCONCLUSIVE).run(0)
    assert after.state.plan is not None
    assert set(map(plan_digest, machine.held.values())) == {plan_digest(surveyed.plan)}
    assert not machine.before


def test_a_loop_that_was_killed_while_it_committed_is_finished(machine, surveyed):
    """The windows have shown it: one of two routers holds it for good."""
    machine.dies_at = "keep"
    with pytest.raises(KilledError):
        machine.loop().run(6)
    assert len(machine.before) == 1
    after = machine.loop().run(0)
    assert plan_digest(after.state.plan) != plan_digest(surveyed.plan)
    assert machine.unlike(None, after.state.plan) == ()
    assert not machine.before


def test_routers_that_hold_the_plan_of_the_topology_again_are_gone_on_from(machine, surveyed):
    """The machine was started, and its unit has applied the files that were emitted."""
    before = machine.loop().run(6)
    machine.held = dict.fromkeys(machine.held, surveyed.plan)
    after = machine.loop().run(0)
    assert plan_digest(after.state.plan) == plan_digest(surveyed.plan)
    assert after.state.announced == before.state.announced


def test_routers_that_hold_neither_are_refused(machine, surveyed):
    machine.loop().run(6)
    machine.held["hangzhou"] = plan(surveyed.topology, [THERE])
    with pytest.raises(InputError, match="nor what it has confirmed since") as refused:
        machine.loop().run(0)
    assert "netkit apply" in str(refused.value)


CUT = ["", "{", "[]", "null", "{}", '{"schema": "netkit/watch-state/1"}']


@pytest.mark.parametrize("left", CUT)
def test_a_file_that_cannot_be_read_is_told_and_the_routers_decide(machine, surveyed, left):
    machine.loop().run(6)
    (file,) = (machine.state / "watch").glob("links.json")
    file.write_text(left)
    with pytest.raises(InputError, match="does not hold the plan that the loop begins from"):
        machine.loop().run(0)
    machine.held = dict.fromkeys(machine.held, surveyed.plan)
    life = machine.loop().run(0)
    assert "what the loop kept cannot be read" in life.notes[0]
    assert machine.loop().run(0).notes == []


def test_no_cut_of_the_file_is_taken_for_one(machine, surveyed):
    first = begun(surveyed.plan, surveyed.topology)
    machine.loop().run(6)
    file = KeptFile(machine.state / "watch", "links", first)
    whole = file.path.read_bytes()
    assert file.read().state.changed_ns is not None
    for end in range(0, len(whole) - 1, 97):
        file.path.write_bytes(whole[:end])
        with pytest.raises(InputError, match="cannot be read"):
            file.read()
    document = json.loads(whole)
    file.path.write_text(json.dumps({**document, "changed_ns": 5}) + "\n")
    with pytest.raises(InputError, match="cut short, or was changed"):
        file.read()


def test_a_file_of_a_newer_release_is_told_as_such(machine, surveyed):
    first = begun(surveyed.plan, surveyed.topology)
    with going_on("links", first, machine, print) as (_, file):
        plain = json.loads(file.path.read_bytes())
    newer = {**plain, "schema": "netkit/watch-state/2"}
    file.path.write_bytes(_signed({key: one for key, one in newer.items() if key != "sha256"}))
    with pytest.raises(InputError, match="of another release, 'netkit/watch-state/2'"):
        file.read()


KEEPS = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from test_resume import Kept, constrained
file = constrained(Path(sys.argv[2]))
file.write(Kept(file.begun))
"""


def constrained(folder):
    """What a loop keeps whose demands have constraints of several names."""
    asked = Constraints(exclude_nodes=frozenset({"suzhou", "hefei", "qingpu-dc", "shanghai"}))
    topology = load_topology(ROOT / "topologies" / "lab-region.yaml")
    return KeptFile(
        folder, "c", begun(plan(topology, [Demand(*THERE, 9_000, "", asked)]), topology)
    )


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_loop_with_constraints_goes_on_in_another_process(tmp_path, seed):
    """The digest of its plan was another in each process, and the file was of another plan."""
    with constrained(tmp_path).alone():
        subprocess.run(
            [sys.executable, "-c", KEEPS, Path(__file__).parent, tmp_path], check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    file = constrained(tmp_path)
    assert file.read() == Kept(replace(file.begun, due=True))


def test_a_file_of_another_plan_or_topology_is_none_of_ours(machine, surveyed):
    machine.loop().run(6)
    folder = machine.state / "watch"
    other = begun(plan(surveyed.topology, [THERE]), surveyed.topology)
    with pytest.raises(InputError, match="of another plan or topology"):
        KeptFile(folder, "links", other).read()
    link, *rest = surveyed.topology.links
    longer = replace(link, delay_ab_us=link.delay_ab_us + 1)
    changed = replace(surveyed.topology, links=(longer, *rest))
    with pytest.raises(InputError, match="of another plan or topology"):
        KeptFile(folder, "links", begun(surveyed.plan, changed)).read()
    assert KeptFile(folder, "others", other).read() is None


def test_two_loops_of_one_campaign_or_router_are_one_too_many(machine, surveyed, tmp_path):
    first = begun(surveyed.plan, surveyed.topology)
    with going_on("links", first, machine, print):
        for campaign in ("links", "others"):
            with (
                pytest.raises(ApplyError, match="another netkit watch of"),
                going_on(campaign, first, machine, print),
            ):
                pass
    with going_on("links", first, machine, print):
        pass


@pytest.mark.parametrize("name", ["../../etc/x", "a/b", "..", "中" * 90, " "])
def test_any_name_of_a_campaign_has_a_file_of_its_own_in_the_folder(tmp_path, surveyed, name):
    file = KeptFile(tmp_path / "watch", name, begun(surveyed.plan, surveyed.topology))
    with file.alone():
        file.write(Kept(file.begun))
    assert file.path.resolve().parent == tmp_path / "watch"
    assert file.read() is not None


AROUND = Constraints(waypoints=("nanjing", "hefei", "suzhou"))
ASKED = {
    "alternatives": (Demand(*THERE, 9_000), PlanOptions(alternatives=2)),
    "bindings": (
        Demand(*THERE, 90_000, constraints=AROUND),
        PlanOptions(binding_sids=True, max_sids=2, backups=False),
    ),
    "shares": (Demand(*THERE, 9_000, bandwidth_bps=600 * 10**9), PlanOptions(share=3)),
    "usid": (Demand(*THERE, 90_000, constraints=AROUND), PlanOptions(usid=True)),
}


@pytest.mark.parametrize("kind", ASKED)
def test_lists_of_any_plan_are_read_as_they_were_kept(surveyed, kind):
    demand, options = ASKED[kind]
    demands = [demand, Demand(*BACK, 9_000)]
    then = plan(surveyed.topology, demands, PlanOptions(backups=False, max_sids=1))
    now = plan(surveyed.topology, demands, options)
    first = now.pairs[0]
    assert getattr(first, kind, None) or getattr(first.primary, kind)
    read = plan_from_plain(json.loads(json.dumps(plan_to_plain(now, then))), then)
    assert plan_digest(read) == plan_digest(now)
    assert [one.configured for one in read.pairs] == [one.configured for one in now.pairs]
