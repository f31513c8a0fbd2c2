"""Windows of an agent: kept here in any case, and at the central database once it answers."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from stored_windows import MINUTE_NS, window
from waiting import until

from netkit.model.measurement.window import WindowSelection
from netkit.probe.agent.flow import FlowKey
from netkit.store.windows import spool
from netkit.store.windows.spool import waiting
from netkit.store.windows.store import open_store
from netkit.workflows.agents.store import AgentStore


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def held(url: str) -> int:
    with open_store(url) as store:
        return len(list(store.windows(WindowSelection())))


@pytest.fixture
def local(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'local.sqlite'}") as opened:
        yield opened


def test_a_central_database_that_is_away_is_told_and_gets_everything_once_later(local, tmp_path):
    away, clock = tmp_path / "away", Clock()
    away.write_text("not a folder")
    central = f"sqlite:///{away / 'central.sqlite'}"
    sink = AgentStore(local, central, clock)
    assert sink.add([window(1)]) == 1
    until(lambda: sink.trouble is not None, "it says so")
    assert str(sink.trouble).startswith("windows are kept here and wait to be delivered: ")
    assert waiting(local) == 1
    away.unlink()
    away.mkdir()
    clock.now_s = 9.0
    sink.add([window(2)])
    sink.finish()
    assert (waiting(local), sink.trouble is None) == (2, False), "not tried again at once"
    clock.now_s = 11.0
    sink.add([window(2), window(3)])
    sink.finish()
    assert (waiting(local), sink.trouble) == (0, None)
    assert held(central) == 3


def test_a_central_database_that_hangs_keeps_no_window_from_being_kept_here(local, monkeypatch):
    clock, answers = Clock(), threading.Event()
    asked: list[str] = []

    def hang(_local: object, central: str) -> None:
        asked.append(central)
        assert answers.wait(300)

    monkeypatch.setattr(spool, "deliver", hang)
    sink = AgentStore(local, "postgresql://far.example/netkit", clock)
    for number in range(1, 5):
        assert sink.add([window(number)]) == 1
    assert (waiting(local), sink.trouble) == (4, None)
    clock.now_s = 61.0
    assert str(sink.trouble).endswith("has not answered for a minute")
    sink.add([window(5)])
    assert len(asked) == 1, "not asked again while it is"
    answers.set()
    sink.finish()
    assert sink.trouble is None
    assert len(asked) == 2, "what came meanwhile"


def test_without_a_central_database_nothing_waits(local):
    sink = AgentStore(local, None)
    assert sink.add([window(1), window(1)]) == 1
    assert (waiting(local), sink.trouble) == (0, None)


def test_flows_whose_window_of_now_is_kept_already_are_known(local):
    sink = AgentStore(local, None)
    kept = window(3).key
    sink.add([window(1), window(3)])
    ours = (FlowKey(kept.campaign, kept.src, kept.dst, kept.flow), kept.length_ns)
    longer = replace(window(0), key=replace(window(0).key, length_ns=10 * MINUTE_NS, flow="slow"))
    sink.add([
        replace(window(3), key=replace(kept, observer=kept.dst)), longer,
        replace(window(3), key=replace(kept, src=kept.dst, observer=kept.dst, dst=kept.src)),
    ])  # fmt: skip
    slow = (ours[0]._replace(flow="slow"), 10 * kept.length_ns)
    within_ns = kept.start_ns + kept.length_ns - 1
    assert sink.taken(kept.src, within_ns) == {ours, slow}
    assert sink.taken(kept.src, within_ns + 1) == {slow}
    assert sink.taken(kept.src, kept.start_ns - 1) == {slow}
    assert sink.taken(kept.src, window(0).key.start_ns + 10 * MINUTE_NS) == set()
