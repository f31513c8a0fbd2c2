"""A change that waits for somebody's word: kept, taken back, or recovered after a kill."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import probation_process
import pytest
from applied_router import own, router
from probation_process import wanted
from waiting import running

from netkit.apply.changes import by_key
from netkit.errors import ApplyError, InputError
from netkit.store.audit_log import entries
from netkit.store.state_folder import audit_path
from netkit.workflows.monitoring.loop import linux_routers
from netkit.workflows.monitoring.loop.kept import Kept
from netkit.workflows.monitoring.loop.linux_routers import LinuxRouters
from netkit.workflows.monitoring.loop.resume import resumed
from netkit.workflows.routers.apply import apply, recover
from netkit.workflows.routers.probation import Probation

pytestmark = pytest.mark.netns


@pytest.fixture
def harbin(tmp_path: Path):
    with router() as netns:
        apply(wanted(2), tmp_path, netns)
        yield netns


def holds(netns: str, node: int) -> bool:
    return own(netns) == by_key(wanted(node).objects)


def outcomes(state: Path) -> list[tuple[object, object]]:
    return [(one["action"], one["outcome"]) for one in entries(audit_path(state))][2:]


def test_what_is_kept_stands_and_nobody_else_changes_the_router_before(harbin, tmp_path):
    change = Probation(wanted(7), tmp_path, harbin)
    assert holds(harbin, 7)
    with pytest.raises(ApplyError, match="at work"):
        apply(wanted(3), tmp_path, harbin)
    assert outcomes(tmp_path) == [("apply", "begun")]
    change.keep()
    assert holds(harbin, 7)
    assert outcomes(tmp_path) == [("apply", "begun"), ("apply", "committed")]
    assert recover(tmp_path, harbin) is None


def test_what_is_not_kept_is_as_it_was(harbin, tmp_path):
    Probation(wanted(7), tmp_path, harbin).undo()
    assert holds(harbin, 2)
    assert outcomes(tmp_path) == [("apply", "begun"), ("rollback", "done")]


def test_a_router_that_holds_it_already_has_nothing_to_wait_for(harbin, tmp_path):
    change = Probation(wanted(2), tmp_path, harbin)
    assert apply(wanted(2), tmp_path, harbin).changes == ()
    change.undo()
    assert holds(harbin, 2)


def test_what_cannot_be_made_is_told_at_once(tmp_path):
    with pytest.raises(InputError, match="no such namespace"):
        Probation(wanted(7), tmp_path, "nowhere")


def test_what_a_kill_leaves_on_probation_is_recovered(harbin, tmp_path):
    command = (sys.executable, probation_process.__file__, harbin, str(tmp_path))
    with running(*command, ready="on probation") as process:
        assert holds(harbin, 7)
        process.kill()
        process.wait()
    assert holds(harbin, 7)
    with pytest.raises(InputError, match="half done"):
        apply(wanted(3), tmp_path, harbin)
    assert recover(tmp_path, harbin) is not None
    assert holds(harbin, 2)


def test_a_loop_that_is_started_again_takes_back_what_a_kill_has_left(
    harbin, tmp_path, monkeypatch
):
    """It refused until somebody had done so by hand. Plans are their numbers here."""
    monkeypatch.setattr(linux_routers, "planned", lambda _file, _topology, plan, _: wanted(plan))
    command = (sys.executable, probation_process.__file__, harbin, str(tmp_path))
    with running(*command, ready="on probation") as process:
        process.kill()
        process.wait()
    routers = LinuxRouters({"harbin": harbin}, tmp_path)
    state = SimpleNamespace(plan=2, topology=None)
    with routers.alone(tmp_path), pytest.raises(ApplyError, match="another netkit watch of h"):
        LinuxRouters({"h": harbin}, tmp_path).alone(tmp_path).__enter__()
    assert resumed(Kept(state, (7,)), SimpleNamespace(plan=1), routers) is state
    assert holds(harbin, 2)
    assert resumed(Kept(SimpleNamespace(plan=7, topology=None), (2,)), state, routers).plan == 7
    assert holds(harbin, 7)
    assert routers.unlike(None, 7) == ()
    assert recover(tmp_path, harbin) is None
