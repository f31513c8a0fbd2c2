"""Ctrl-C while the operator of a drill waits for real IS-IS, which may take minutes."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace
from unittest.mock import MagicMock, Mock

import pytest

from netkit.errors import LabError
from netkit.lab.drills import run
from netkit.lab.drills.operator import Operator
from netkit.lab.drills.schedule import Step
from netkit.lab.igp.frr import backend
from netkit.lab.igp.frr.backend import FrrIgp
from netkit.model.drills.scenario import DrillPhase
from netkit.probe.sender.result import RunEnd
from netkit.workflows.drills.run import load_drill


@pytest.fixture
def igp(monkeypatch):
    """IS-IS that never converges; ``asked`` once somebody waits for it."""
    release = SimpleNamespace(srv6=False, loss=False)
    igp, asked = FrrIgp(release), threading.Event()
    igp._site = SimpleNamespace(
        blueprint=SimpleNamespace(routers=("a",)), on_progress=lambda *_: asked.set()
    )
    monkeypatch.setattr(igp, "_states", lambda _: {})
    monkeypatch.setattr(backend, "lacking", lambda *_: ["a has 0 of 1 adjacencies"])
    igp.asked = asked
    return igp


@pytest.mark.parametrize("phase", [DrillPhase.RECONVERGED, DrillPhase.RESTORED])
def test_a_drill_that_is_given_up_waits_for_no_routes(igp, phase):
    lab = SimpleNamespace(igp=igp, down=frozenset())
    operator = Operator(lab, (Step(0.0, phase, 0),), (), {}, {})
    operator.begin(lambda: 0, 0.01)
    assert igp.asked.wait(60)
    finish = partial(operator.finish, given_up=True)
    ended = threading.Thread(target=finish, daemon=True)
    ended.start()
    ended.join(60)
    assert not ended.is_alive()
    assert not operator.tables


def test_ctrl_c_once_all_probes_are_over_gives_up_too(igp):
    operator = Operator(
        SimpleNamespace(igp=igp, down=frozenset()),
        (Step(0.0, DrillPhase.RECONVERGED, 0),), (), {}, {},
    )  # fmt: skip
    operator.begin(lambda: 0, 0.01)
    assert igp.asked.wait(60)
    join = operator._thread.join
    operator._thread.join = Mock(side_effect=[KeyboardInterrupt, None])
    with pytest.raises(KeyboardInterrupt):
        operator.finish()
    join(60)
    assert not operator._thread.is_alive()


@pytest.mark.parametrize("end", [RunEnd.INTERRUPTED, RunEnd.COMPLETE])
def test_a_drill_whose_probes_were_interrupted_is_given_up(monkeypatch, end):
    bench = MagicMock()
    bench.__exit__.return_value = False
    bench.__enter__.return_value.run.return_value = SimpleNamespace(end=end)
    monkeypatch.setattr(run, "Bench", Mock(return_value=bench))
    monkeypatch.setattr(run, "Liveness", Mock())
    scenario, _ = load_drill("region/micro-loop")
    operator = Mock()
    given_up = end is RunEnd.INTERRUPTED
    with pytest.raises(KeyboardInterrupt) if given_up else nullcontext():
        run._probed(Mock(), scenario, operator, {}, None)
    operator.finish.assert_called_once_with(given_up=given_up)


@pytest.mark.parametrize("error", [KeyboardInterrupt, LabError("it broke")])
def test_nor_does_one_wait_that_broke(monkeypatch, error):
    bench = MagicMock()
    bench.__enter__.return_value.run.side_effect = error
    bench.__exit__.return_value = False
    monkeypatch.setattr(run, "Bench", Mock(return_value=bench))
    monkeypatch.setattr(run, "Liveness", Mock())
    scenario, _ = load_drill("region/micro-loop")
    operator = Mock()
    with pytest.raises((KeyboardInterrupt, LabError)):
        run._probed(Mock(), scenario, operator, {}, None)
    operator.finish.assert_called_once_with(given_up=True)


def test_what_is_not_given_up_has_its_patience(igp):
    with pytest.raises(LabError, match="not converged after 0 s: a has 0 of 1 adjacencies"):
        igp.settle(patience_s=0.0)
