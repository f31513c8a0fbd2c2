"""Going first, for as long as it takes."""

from __future__ import annotations

import os
import threading

import pytest

from netkit.lab.kernel.awake import ahead


def nice() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root goes first")
def test_the_calling_thread_goes_first_and_nobody_else() -> None:
    before, others = nice(), []
    go, looked = threading.Event(), threading.Event()

    def other() -> None:
        go.wait(60)
        others.append(nice())
        looked.set()

    thread = threading.Thread(target=other)
    thread.start()
    with ahead():
        assert nice() == min(before, -10)
        go.set()
        assert looked.wait(60)
    thread.join()
    assert others == [before]
    assert nice() == before


def test_where_it_is_not_allowed_nothing_is_done(monkeypatch) -> None:
    def refuse(_kind: int, _who: int, value: int) -> None:
        if value < 0:
            raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    with ahead():
        pass
