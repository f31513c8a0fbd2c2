"""What ends an apply, and when: the error and the record say what stands, and what does not."""

import pytest

from netkit.apply.changes import changes
from netkit.apply.faults import HalfDoneError, InForceError, InForceInterrupt
from netkit.apply.objects import SidDevice
from netkit.errors import ApplyError, ExitCode
from netkit.store.audit_log import entries
from netkit.store.state_folder import audit_path
from netkit.workflows.routers import apply as workflow
from netkit.workflows.routers import story

NEEDED = changes([], [SidDevice("sr0")])


@pytest.fixture
def applied(tmp_path, monkeypatch):
    """Apply; ``error`` comes before or after the commit."""

    def run(error, *, stood):
        def ends(*_, before, committed, **__):
            before(NEEDED)
            if stood:
                committed()
            if error is not None:
                raise error

        monkeypatch.setattr(workflow.world, "apply", ends)
        workflow.apply(workflow.Wanted("harbin", (SidDevice("sr0"),), "sha256:0"), tmp_path)

    return run


def ended(state) -> list[tuple]:
    return [(one["action"], one["outcome"]) for one in entries(audit_path(state))]


def test_ctrl_c_after_the_commit_says_that_the_change_is_in_force(applied, tmp_path):
    with pytest.raises(InForceInterrupt, match="harbin: the change is in force, and stays"):
        applied(KeyboardInterrupt(), stood=True)
    assert ended(tmp_path) == [("apply", "begun"), ("apply", "committed")]


def test_ctrl_c_before_it_says_that_all_is_as_it_was(applied, tmp_path):
    with pytest.raises(KeyboardInterrupt) as caught:
        applied(KeyboardInterrupt(), stood=False)
    assert caught.value.__notes__ == ["harbin is as it was"]
    assert ended(tmp_path) == [("apply", "begun"), ("rollback", "done")]


def test_a_fault_after_the_commit_does_not_hide_that_the_change_stands(applied, tmp_path):
    with pytest.raises(InForceError, match="in force, and stays; no way back") as caught:
        applied(OSError("no way back"), stood=True)
    assert caught.value.exit_code is ExitCode.DEGRADED
    assert ended(tmp_path)[-1] == ("apply", "committed")


def test_of_what_could_not_be_put_back_nobody_says_that_it_is_as_it_was(applied, tmp_path):
    with pytest.raises(HalfDoneError) as caught:
        applied(HalfDoneError("stuck"), stood=False)
    assert not hasattr(caught.value, "__notes__")
    assert ended(tmp_path)[-1] == ("rollback", "failed")


@pytest.fixture
def full(monkeypatch):
    """The trail takes the beginning and no more."""
    recorded = story.record

    def record(state, action, facts, *, now, outcome):
        if outcome != "begun":
            raise OSError(28, "No space left on device")
        recorded(state, action, facts, now=now, outcome=outcome)

    monkeypatch.setattr(story, "record", record)


@pytest.mark.usefixtures("full")
def test_a_change_that_stands_and_is_not_on_record_is_said_to_stand(applied):
    with pytest.raises(InForceError, match=r"not in the audit trail.*No space") as caught:
        applied(None, stood=True)
    assert caught.value.exit_code is ExitCode.DEGRADED


@pytest.mark.usefixtures("full")
def test_a_trail_that_is_full_does_not_hide_why_a_change_was_taken_back(applied):
    with pytest.raises(ApplyError, match=r"^refused") as caught:
        applied(ApplyError("refused"), stood=False)
    lost, whole = caught.value.__notes__
    assert "not in the audit trail" in lost
    assert whole == "harbin is as it was"


def test_what_cannot_be_recorded_is_not_changed(tmp_path, monkeypatch):
    def full(_fd, _data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("netkit.store.audit_head.os.write", full)
    own = story.Story(tmp_path, "apply", {"router": "harbin"})
    with pytest.raises(ApplyError, match=r"not in the audit trail: .*audit\.jsonl\.head") as caught:
        own.begin(["a change"])
    assert caught.value.__notes__ == ["harbin is as it was: what is not recorded is not changed"]
