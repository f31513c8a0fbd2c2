"""The loop at its edge: which windows it takes, what it writes down, and routers that fail."""

from dataclasses import replace

import pytest
from measured_windows import MINUTE_NS, window
from surveyed_lab import now_ns, pair_window, region

from netkit.errors import ApplyError
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.srv6.node_sids import end_x_sid
from netkit.model.verdict import Verdict
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey
from netkit.monitor.loop.actions import Confirmed, LinksAnnounced, NotConfirmed, PlanChange
from netkit.monitor.loop.state import Limits, Loop, begun
from netkit.planner.reaction.upkeep import Upkeep
from netkit.report.terminal.monitoring.watch import told_lines
from netkit.store.audit_log import entries, verify
from netkit.store.state_folder import audit_path
from netkit.store.windows.store import open_store
from netkit.workflows.monitoring.loop.surveyed import campaign_survey
from netkit.workflows.monitoring.loop.watch import Watch

THERE, BACK = ("hangzhou", "wuhu-dc"), ("wuhu-dc", "hangzhou")
CABLE = "old-cable"


@pytest.fixture(scope="module")
def surveyed():
    return region(THERE, BACK)


class Field:
    """Windows minute by minute, and routers that remember what they were made to hold."""

    def __init__(self, surveyed, tmp_path, verdict=Verdict.PASS, broken=None):
        self.surveyed, self.verdict, self.broken = surveyed, verdict, broken
        self.minute, self.held, self.kept = 0, {}, {}
        loop = Loop(Upkeep(), surveyed.flows, {(*THERE, "main"): THERE}, limits=Limits(apply=True))
        state = begun(surveyed.plan, surveyed.topology)
        self.watch = Watch(
            loop, state, self.windows, self, tmp_path, lambda: now_ns(self.minute), "region"
        )

    def windows(self, selection):
        """Those of the last minutes, every time: the loop takes each once."""
        for minute in range(max(0, self.minute - 3), self.minute + 1):
            yield from self.surveyed.windows(minute, self.surveyed.truth(**{CABLE: 900}))
            yield pair_window(*THERE, minute, self.verdict)

    def hold(self, topology, plan, routers):
        for name in routers:
            if name == self.broken:
                raise ApplyError(f"{name} does not answer")
            self.held[name] = plan

    def keep(self):
        self.kept = dict(self.held)

    def run(self, minutes):
        told = []
        for self.minute in range(1, minutes + 1):
            told += self.watch.turn()
        return told


def outcomes(folder):
    assert not verify(audit_path(folder))
    return [entry["outcome"] for entry in entries(audit_path(folder))]


def kinds(told):
    return [type(one.action) for one in told]


def test_a_change_is_written_down_before_it_is_made_and_confirmed_after(surveyed, tmp_path):
    field = Field(surveyed, tmp_path)
    told = field.run(6)
    assert kinds(told)[-2:] == [PlanChange, Confirmed]
    assert outcomes(tmp_path) == ["announced", "in danger", "replanned", "applied", "confirmed"]
    assert set(field.held) == {"hangzhou", "wuhu-dc"}
    assert field.held["hangzhou"] is field.watch.state.plan
    assert field.kept == field.held
    assert [one["campaign"] for one in entries(audit_path(tmp_path))] == ["region"] * 5


def test_what_breaks_its_tier_is_taken_back_on_the_routers_too(surveyed, tmp_path):
    field = Field(surveyed, tmp_path, Verdict.BREACH)
    told = field.run(6)
    assert kinds(told)[-1] is NotConfirmed
    assert outcomes(tmp_path)[-4:] == ["replanned", "applied", "not confirmed", "undone"]
    assert field.held == {"hangzhou": surveyed.plan, "wuhu-dc": surveyed.plan}
    assert field.kept == {}


def test_what_is_on_probation_when_the_loop_ends_is_taken_back(surveyed, tmp_path):
    field = Field(surveyed, tmp_path, Verdict.INCONCLUSIVE)
    field.run(3)
    assert field.held["hangzhou"] is not surveyed.plan
    left = field.watch.leave()
    assert left.action.why == "the loop was ended"
    assert field.held == {"hangzhou": surveyed.plan, "wuhu-dc": surveyed.plan}
    assert outcomes(tmp_path)[-2:] == ["not confirmed", "undone"]
    assert field.watch.leave() is None


def test_where_one_router_fails_the_others_are_changed_back(surveyed, tmp_path):
    field = Field(surveyed, tmp_path, broken="wuhu-dc")
    told = field.run(4)
    (change,) = [one for one in told if type(one.action) is PlanChange]
    assert change.failed == "wuhu-dc does not answer"
    assert field.held == {"hangzhou": surveyed.plan}
    assert field.watch.state.plan is surveyed.plan
    assert field.watch.state.probation is None
    assert outcomes(tmp_path)[-2:] == ["replanned", "failed"]
    lines = list(told_lines(change, now_ns(1)))
    assert "could not be applied, all is as it was" in lines[0]
    assert "wuhu-dc does not answer" in lines[0]


def test_the_difference_names_the_lists_of_the_pairs_and_no_others(surveyed, tmp_path):
    told = Field(surveyed, tmp_path).run(3)
    (change,) = [one for one in told if type(one.action) is PlanChange]
    _, _, diff = change.diff
    assert set(diff.changes) == {"hangzhou", "wuhu-dc"}
    assert not diff.only_old
    assert not diff.only_new


def test_windows_that_are_not_over_are_waited_for(surveyed, tmp_path):
    field = Field(surveyed, tmp_path)
    field.minute = 0
    assert not list(field.watch.turn())


@pytest.mark.parametrize("minutes", [1, 4, 10, 60])
@pytest.mark.parametrize("late", [0.1, 0.95])
def test_windows_of_any_length_are_taken_once_they_are_over(surveyed, tmp_path, minutes, late):
    """They began long before the time over which the least delay is taken, and the last that is
    over may have ended before that as well."""
    field, length_ns = Field(surveyed, tmp_path), minutes * MINUTE_NS
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        for one in surveyed.windows(0, surveyed.truth(**{CABLE: 900})):
            store.add([replace(one, key=replace(one.key, campaign="region", length_ns=length_ns))])
        field.watch.windows = store.windows
        field.minute = minutes + late * minutes
        assert kinds(field.watch.turn())[0] is LinksAnnounced
        field.minute += 0.01 * minutes
        assert not list(field.watch.turn())


@pytest.mark.parametrize("late", [15, 29])
def test_windows_of_rounds_are_looked_for_as_far_back_as_rounds_are(surveyed, tmp_path, late):
    """They are stored when their round ends: of a quarter of an hour most are older then than what
    an agent's may be, and one step of cron saw none."""
    field = Field(surveyed, tmp_path)
    flows = frozenset(FlowKey(*key) for key in surveyed.flows)
    field.watch.expected = Expected(flows, 15 * MINUTE_NS)
    field.watch.loop = replace(field.watch.loop, period_ns=15 * MINUTE_NS)
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        for one in surveyed.windows(0, surveyed.truth(**{CABLE: 900})):
            store.add([replace(one, key=replace(one.key, campaign="region"))])
        field.watch.windows = store.windows
        field.minute = late
        assert kinds(field.watch.turn())[0] is LinksAnnounced
        field.minute += 0.5
        assert not list(field.watch.turn())


def test_of_an_agent_no_more_windows_are_read_than_count(surveyed, tmp_path):
    field, asked = Field(surveyed, tmp_path), []
    flows = frozenset(FlowKey(*key) for key in surveyed.flows)
    field.watch.expected = Expected(flows, 60 * MINUTE_NS)
    field.watch.loop = replace(field.watch.loop, period_ns=60 * MINUTE_NS)
    windows = field.windows

    def counted(selection):
        asked.append((now_ns(field.minute) - selection.fresh_since_ns) / MINUTE_NS)
        return [one for one in windows(selection) if one.key.start_ns >= now_ns(10)]

    field.watch.windows = counted
    for field.minute in range(11, 20):
        list(field.watch.turn())
    assert asked[-6:] == [4.0] * 6


def test_windows_that_the_mesh_certifies_later_are_taken_then(surveyed, tmp_path):
    """Other sites of the mesh deliver theirs after a turn has seen the first; each counts once."""
    field, truth = Field(surveyed, tmp_path), surveyed.truth(**{CABLE: 900})
    field.watch.windows = lambda _: surveyed.windows(0, truth, uncertainty_us=None)
    field.minute = 1
    assert not list(field.watch.turn())
    field.watch.windows = lambda _: surveyed.windows(0, truth)
    field.minute = 1.2
    assert kinds(field.watch.turn())[0] is LinksAnnounced
    seen = field.watch.state.seen
    one = surveyed.windows(0, truth)[0]
    half = replace(one, backward=replace(one.backward, uncertainty_ns=None))
    later = replace(half, key=replace(half.key, start_ns=half.key.start_ns + MINUTE_NS))
    field.watch.windows = lambda _: [later]
    for field.minute in (2.1, 2.2):
        list(field.watch.turn())
    assert len(field.watch.state.seen) == len(seen) + 1


def flow(topology, src, dst, *links, back=(), name="f"):
    there, home = (
        tuple(str(end_x_sid(topology, topology.adjacency[link])) for link in way)
        for way in (links, back)
    )
    return CampaignFlow(name, src, dst, 10**9, segments=there, return_segments=home)


def test_flows_are_told_apart_by_what_is_certain_of_their_paths(surveyed):
    topology = surveyed.topology
    link = topology.link[CABLE]
    sites = [Site(node.name, ("::1",), node.name) for node in topology.active_nodes]
    flows = (
        flow(topology, link.a, link.b, (CABLE, link.a), back=[(CABLE, link.b)], name="both"),
        flow(topology, *THERE, name="pair"),
        flow(topology, "qingpu-dc", "suzhou", name="igp"),
        flow(topology, "nanjing", "hefei", name="split"),
        flow(topology, "elsewhere", "hefei", name="nowhere"),
    )
    campaign = FieldCampaign("c", (*sites, Site("elsewhere", ("::2",))), flows)
    found = campaign_survey(campaign, topology, surveyed.plan)
    assert found.measures == {(*THERE, "pair"): THERE}
    assert found.paths[link.a, link.b, "both"].there == ((CABLE, link.a),)
    assert found.paths[link.a, link.b, "both"].back == ((CABLE, link.b),)
    assert found.paths["qingpu-dc", "suzhou", "igp"].there == (("qingpu-dc~suzhou", "qingpu-dc"),)
    assert found.unused == {
        ("nanjing", "hefei", "split"): "no path of it is certain",
        ("elsewhere", "hefei", "nowhere"): "a site of it stands for no node",
    }
    assert {(CABLE, link.a), (CABLE, link.b)} <= found.told.alone


def test_windows_of_reflectors_are_no_survey(surveyed, tmp_path):
    field = Field(surveyed, tmp_path)
    key = next(iter(surveyed.flows))
    field.windows = lambda selection: [window(*key[:2], 0, flow=key[2], observer=key[1])]
    field.watch.windows = field.windows
    assert not field.run(3)
