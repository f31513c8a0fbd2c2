"""When the operator of a drill does what: what nothing else can see without a lab."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import count
from types import SimpleNamespace

from netkit.lab.drills.analysis.windows import Moment
from netkit.lab.drills.operator import Operator
from netkit.lab.drills.schedule import Step, schedule
from netkit.model.drills.scenario import DrillPhase
from netkit.workflows.drills.run import load_drill

_OFTEN = 20


class Recording(Operator):
    """Does nothing but remember when; in one step the machine stalls."""

    def __init__(self, steps: tuple[Step, ...], stalls: DrillPhase, stall_s: float) -> None:
        super().__init__(None, steps, (), {}, {})
        self.done: dict[DrillPhase, float] = {}
        self._stalls, self._stall_s = stalls, stall_s
        self._changes = SimpleNamespace(restore=lambda _stopping: None)

    def _do(self, step: Step) -> None:
        if step.phase is self._stalls:
            time.sleep(self._stall_s)
        self.done[step.phase] = time.monotonic()
        self._stopping = step is self._steps[-1]


def ran(
    steps: tuple[Step, ...],
    stalls: DrillPhase,
    stall_s: float,
    sent: Callable[[dict[DrillPhase, float]], int] | None = None,
) -> dict[DrillPhase, float]:
    """When each phase was done; unless said otherwise probes leave faster than anybody looks."""
    operator = Recording(steps, stalls, stall_s)
    faster = count(step=2).__next__
    operator.begin(faster if sent is None else partial(sent, operator.done), 0.01)
    operator._thread.join()
    operator.finish()
    return operator.done


def test_a_reaction_is_as_long_after_a_late_cut_as_is_planned():
    steps = (
        Step(0.0, DrillPhase.BEFORE, -1),
        Step(0.05, DrillPhase.OUTAGE, 0),
        Step(0.25, DrillPhase.REPAIR, 0, reacts=True),
    )
    done = ran(steps, DrillPhase.BEFORE, stall_s=0.3)
    assert done[DrillPhase.REPAIR] - done[DrillPhase.OUTAGE] > 0.19


def test_a_phase_after_a_late_step_is_no_shorter_than_half_of_what_is_planned():
    steps = (
        Step(0.0, DrillPhase.BEFORE, -1),
        Step(0.05, DrillPhase.OUTAGE, 0),
        Step(0.1, DrillPhase.REPAIR, 0, reacts=True),
        Step(0.3, DrillPhase.BACKUP, 0, reacts=True),
    )
    done = ran(steps, DrillPhase.REPAIR, stall_s=0.6)
    assert done[DrillPhase.BACKUP] - done[DrillPhase.REPAIR] > 0.09


def test_a_phase_goes_on_until_probes_have_left_in_it_though_their_sender_was_late():
    steps = (
        Step(0.0, DrillPhase.BEFORE, -1),
        Step(0.05, DrillPhase.OUTAGE, 0),
        Step(0.06, DrillPhase.REPAIR, 0, reacts=True),  # shorter than three intervals: no waiting
        Step(0.2, DrillPhase.BACKUP, 0, reacts=True),
    )
    probes = looks = 0

    def sent(done: dict[DrillPhase, float]) -> int:
        """The sender stalls with the outage, until somebody has looked often since the repair."""
        nonlocal probes, looks
        looks += DrillPhase.REPAIR in done
        if DrillPhase.OUTAGE not in done or looks > _OFTEN:
            probes += 2
        return probes

    ran(steps, DrillPhase.BEFORE, 0.0, sent)
    assert looks > _OFTEN


def test_only_what_the_network_does_about_a_cut_reacts():
    scenario, _ = load_drill("region/micro-loop")
    steps = schedule(scenario)
    assert [step.phase for step in steps if step.reacts] == [
        DrillPhase.REPAIR, DrillPhase.RECONVERGED,
    ]  # fmt: skip
    assert {step.phase for step in steps} >= {DrillPhase.OUTAGE, DrillPhase.RESTORED}


def test_a_pair_that_is_found_silent_once_the_igp_has_reconverged_is_not_switched_back():
    """What was lost was so before: probes are given up a while after they have left."""
    operator, used = Operator(None, (), (), {}, {}), []
    operator._changes.use = lambda _event, phase, _=None: used.append(phase) or (("a", "b"),)
    operator._event = 0
    operator.moments.append(Moment(DrillPhase.OUTAGE, 0, 10, 11))
    operator._switch([frozenset("ab")])
    assert used == [DrillPhase.BACKUP]
    operator.moments.append(Moment(DrillPhase.RECONVERGED, 0, 30, 31))
    operator._switch([frozenset("ab")])
    assert used == [DrillPhase.BACKUP]
    operator._event = 2
    operator._switch([frozenset("ab")])
    assert used == [DrillPhase.BACKUP] * 2
