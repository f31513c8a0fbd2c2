"""Grey failures: which directions, what of them when, who can do it, what is promised then."""

from __future__ import annotations

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.lab.blueprint import draw
from netkit.lab.delay.choice import BackendName
from netkit.lab.drills.grey import line_shape, require_able
from netkit.lab.drills.preparation import prepare
from netkit.lab.drills.schedule import schedule
from netkit.lab.drills.strike import struck_by
from netkit.model.drills.scenario import Ailment, DrillPhase, Event, Reaction, Scenario, Strike
from netkit.model.planning.survival import Carrier
from netkit.workflows.drills.run import plan_drill

REGION = load_topology(ROOT / "topologies" / "lab-region.yaml")
TWO = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")
CABLE = Strike(links=("old-cable",))
ENDS = ("hangzhou", "nanjing")


def expected(ailment, strike=CABLE):
    events = (Event(1, strike, 4, ailment), Event(2, None))
    scenario = Scenario("n", None, (ENDS,), events, 3.0, Reaction(None, None, 5, None))
    prepared = prepare(REGION, plan_drill(scenario, REGION), scenario)
    return prepared.expected[prepared.struck[0]]


def test_one_direction_is_hit_and_the_other_is_not():
    found = expected(Ailment("hangzhou", delay_us=4000))
    there, back = found[ENDS], found[ENDS[::-1]]
    assert (there.hit, back.hit) == (True, False)
    whole = there.phases[DrillPhase.BEFORE].outcome.worst_us
    assert there.phases[DrillPhase.DEGRADED].outcome.worst_us == whole + 4000
    assert there.phases[DrillPhase.RESTORED].outcome.worst_us == whole


def test_what_loses_everything_is_lost_until_the_headend_takes_its_backup():
    found = expected(Ailment(loss=1.0))[ENDS]
    assert found.phases[DrillPhase.DEGRADED].outcome.worst_us is None
    assert found.carrier(DrillPhase.BACKUP) is Carrier.BACKUP
    assert ("old-cable", "hangzhou") not in found.phases[DrillPhase.BACKUP].links
    assert found.lossy == {("old-cable", "hangzhou"), ("old-cable", "nanjing")}


def test_what_grows_does_so_in_steps_and_begins_one_phase():
    events = (Event(1, CABLE, 4, Ailment(delay_us=1, over_s=0.2)), Event(1.15, None))
    steps = schedule(Scenario("n", None, (ENDS,), events, 3.0))[1:]
    degraded = [step for step in steps if step.phase is DrillPhase.DEGRADED]
    assert [step.share for step in degraded] == [0.0, 0.25, 0.5]
    assert [step.begins for step in degraded] == [True, False, False]
    assert steps[-1].phase is DrillPhase.RESTORED


def test_a_line_does_what_the_file_says_and_its_share_of_the_ailment():
    ailment = Ailment(None, 4000, 800, 0.4, 3.0, 0.1)
    key = ("old-cable", "hangzhou")
    own_ns = REGION.adjacency[key].delay_us * 1000
    blueprint = draw(REGION, ENDS)
    half = line_shape(blueprint, key, ailment, 0.5)
    assert (half.delay_ns, half.jitter_ns) == (own_ns + 2_000_000, 400_000)
    assert (half.loss, half.loss_run, half.duplicate) == (0.2, 3.0, 0.05)
    well = line_shape(blueprint, key, ailment, 0.0)
    assert (well.delay_ns, well.loss, well.loss_run) == (own_ns, 0.0, None)


@pytest.mark.parametrize(
    ("backend", "ailment", "reason"),
    [
        (BackendName.HTB, Ailment(duplicate=0.1), "each frame once"),
        (BackendName.HTB, Ailment(delay_us=900_000), "at most"),
        (BackendName.NETEM, Ailment(delay_us=900_000, duplicate=0.1, loss=0.5), None),
        (BackendName.WIRE, Ailment(delay_us=900_000, duplicate=0.1, loss=0.5), None),
    ],
)
def test_a_backend_that_cannot_do_it_says_so_before_anything_is_booted(backend, ailment, reason):
    events = [Event(1, CABLE, 4, ailment), Event(2, None, 5)]
    struck = struck_by(REGION, events, "f.yaml", 0)
    if reason is None:
        require_able(draw(REGION, ENDS), backend, events, struck, "f.yaml")
        return
    with pytest.raises(InputError, match=reason) as caught:
        require_able(draw(REGION, ENDS), backend, events, struck, "f.yaml")
    assert [problem.line for problem in caught.value.problems] == [4]


def test_a_link_that_begins_elsewhere_and_one_of_an_exchange_are_refused_with_their_line():
    wrong = Event(1, CABLE, 6, Ailment("wuhu-dc", delay_us=1))
    with pytest.raises(InputError, match=r"from: (hangzhou or nanjing|nanjing or hangzhou)"):
        struck_by(REGION, [wrong], "f.yaml", 0)
    exchange = Event(1, Strike(exchanges=("hangzhou-exchange",)), 7, Ailment(delay_us=1))
    with pytest.raises(InputError, match="exchange link cannot be degraded") as caught:
        struck_by(TWO, [exchange], "f.yaml", 0)
    assert {problem.line for problem in caught.value.problems} == {7}
