"""A trial over loopback: real sockets of this host, nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from netkit.model.units import NS_PER_S
from netkit.probe.run import fast
from netkit.probe.run.fast import pace_before
from netkit.probe.sender.config import SessionConfig
from netkit.probe.stream import replies, trial
from netkit.probe.stream.mirror import Mirror
from netkit.probe.stream.pace import Limit
from netkit.probe.stream.trial import tried_pace

SIX, FOUR = ("2001:db8::1", 862, 0, 0), ("192.0.2.1", 862)
FAST = SessionConfig(count=50_000, interval_ns=25_000, request_bytes=44)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine, rounds enough are seen."""
    monkeypatch.setattr(trial, "LONGEST_NS", 60 * NS_PER_S)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("size", [44, 72, 999, 9000])
@pytest.mark.parametrize("version", [4, 6])
def test_a_rate_is_found_over_either_ip_and_for_every_size(version: int, size: int) -> None:
    config = SessionConfig(count=50_000, interval_ns=25_000, request_bytes=size)
    decided = 0

    def sink(rows: NDArray[np.void]) -> None:
        nonlocal decided
        decided += len(rows)

    pace = tried_pace(config, version, sink)
    assert pace is not None
    assert 100 < pace.per_second < 10**7
    assert 0 < pace.core_share <= 1
    assert decided > 0


@pytest.mark.usefixtures("patient")
def test_a_trial_is_answered_as_netkit_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """TLVs that nobody has understood are read one by one, ten times as slowly."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(replies, "_read_one", refuse)
    for size in (44, 72, 120, 1400):
        config = SessionConfig(count=0, interval_ns=25_000, request_bytes=size)
        assert tried_pace(config, 6, lambda _: None) is not None


@pytest.mark.usefixtures("patient")
def test_where_one_loopback_is_missing_the_other_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    nobodys = "2001:db8:ffff::1"
    monkeypatch.setattr(trial, "_LOOPBACK", {6: (nobodys, "127.0.0.1"), 4: (nobodys,)})
    assert tried_pace(FAST, 6, lambda _: None) is not None
    assert tried_pace(FAST, 4, lambda _: None) is None


def test_what_does_not_come_back_tells_nothing_and_does_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Mirror, "answer", lambda _: 0)
    assert tried_pace(FAST, 6, lambda _: None) is None


def test_an_interruption_leaves_no_socket_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Mirror) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Mirror, "answer", interrupt)
    before = sockets()
    with pytest.raises(KeyboardInterrupt):
        tried_pace(FAST, 6, lambda _: None)
    assert sockets() <= before


def sockets() -> set[str]:
    """Those that this process has open."""
    return {name for name in _open_files() if name.startswith("socket:")}


def _open_files() -> Iterator[str]:
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # of the folder itself
            yield str(descriptor.readlink())


@pytest.mark.parametrize(
    ("count", "interval_ns"),
    [
        pytest.param(50_000, 1_000_000, id="not fast"),
        pytest.param(0, 1_000_000, id="not fast, without end"),
        pytest.param(10, 100_000, id="over sooner than a trial"),
        pytest.param(2499, 100_000, id="just so"),
    ],
)
def test_nothing_is_tried_where_it_is_not_worth_it(
    monkeypatch: pytest.MonkeyPatch, count: int, interval_ns: int
) -> None:
    monkeypatch.setattr(fast, "tried_pace", None)
    assert pace_before(SessionConfig(count=count, interval_ns=interval_ns), SIX) is None


@pytest.mark.usefixtures("patient")
def test_a_long_run_is_tried_with_what_becomes_of_its_samples() -> None:
    """Figures and lines of CSV take their time; and probes that are kept long take their room."""
    endless = SessionConfig(count=0, interval_ns=25_000, request_bytes=44, timeout_ns=10 * NS_PER_S)
    seen: list[object] = []
    pace = pace_before(endless, FOUR, seen.append)
    assert pace is not None
    assert not seen
    assert pace.per_second <= 11_000
    few = SessionConfig(count=50_000, interval_ns=25_000, timeout_ns=10 * NS_PER_S)
    kept = pace_before(few, SIX)
    assert kept is not None
    assert kept.limit is Limit.PROCESSOR
