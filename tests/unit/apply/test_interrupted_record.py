"""Ctrl-C that comes after the commit: the record says that the change stands."""

import json

import pytest

from netkit.apply.changes import changes
from netkit.apply.objects import SidDevice
from netkit.store.state_folder import audit_path
from netkit.workflows.routers import apply as workflow

NEEDED = changes([], [SidDevice("sr0")])


@pytest.mark.parametrize(("stood", "ends"), [(True, "committed"), (False, "done")])
def test_the_record_of_an_interrupted_apply_says_what_stands(tmp_path, monkeypatch, stood, ends):
    def interrupted(*_, before, committed, **__):
        before(NEEDED)
        if stood:
            committed()
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow.world, "apply", interrupted)
    wanted = workflow.Wanted("harbin", (SidDevice("sr0"),), "sha256:0")
    with pytest.raises(KeyboardInterrupt):
        workflow.apply(wanted, tmp_path)
    lines = audit_path(tmp_path).read_text().splitlines()
    entries = [json.loads(line.split(" ", 1)[1]) for line in lines]
    last = "apply" if stood else "rollback"
    assert [(one["action"], one["outcome"]) for one in entries] == [
        ("apply", "begun"),
        (last, ends),
    ]
