"""Windows of a round, which holds its lock until they are kept: no central database may hold it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from stored_windows import window

from netkit.store.windows import spool
from netkit.store.windows.spool import waiting
from netkit.store.windows.store import open_store
from netkit.workflows.campaigns import window_sink
from netkit.workflows.campaigns.window_sink import keep_windows

CENTRAL = "postgresql://far.example/netkit"


def test_a_central_database_that_hangs_is_told_and_windows_wait_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, gone = threading.Event(), threading.Event()

    def hang(_local: object, central: str) -> None:
        assert central == CENTRAL
        assert answers.wait(300)
        gone.set()

    monkeypatch.setenv("NETKIT_STATE", str(tmp_path))
    monkeypatch.setattr(spool, "deliver", hang)
    monkeypatch.setattr(window_sink, "PATIENCE_S", 0.01)
    kept = keep_windows(CENTRAL, [window(1)])
    assert kept.new == 1
    assert str(kept.undelivered).startswith("the central database has not answered for ")
    assert str(kept.undelivered).endswith("wait here, and the next round delivers them")
    with open_store() as local:
        assert waiting(local) == 1
    answers.set()
    assert gone.wait(300)
