"""Ctrl-C while the operator of a drill waits for real IS-IS, which may take minutes."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from netkit.errors import LabError
from netkit.lab.drills.operator import Operator
from netkit.lab.drills.schedule import Step
from netkit.lab.igp.frr import backend
from netkit.lab.igp.frr.backend import FrrIgp
from netkit.model.drills.scenario import DrillPhase


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
    operator.give_up()
    ended = threading.Thread(target=operator.finish, daemon=True)
    ended.start()
    ended.join(60)
    assert not ended.is_alive()
    assert not operator.tables


def test_what_is_not_given_up_has_its_patience(igp):
    with pytest.raises(LabError, match="not converged after 0 s: a has 0 of 1 adjacencies"):
        igp.settle(patience_s=0.0)
