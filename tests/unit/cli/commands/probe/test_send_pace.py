"""``netkit probe send`` says at which rate it no longer keeps up, before it starts."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from command import netkit
from reflector_process import free_port, reflecting

from netkit.cli.commands.probe.pace import pace_line
from netkit.probe.run import send as live
from netkit.probe.run.send_options import SendOptions
from netkit.probe.stream.pace import Limit, Pace

FAST = ("--interval", "0.1ms", "--timeout", "60000ms")


@pytest.fixture
def port() -> Iterator[int]:
    """Of a reflector process."""
    free = free_port()
    with reflecting("--bind", "::1", "--port", str(free), "--rate", "0"):
        yield free


def sent(port: int, *options: str) -> tuple[dict[str, object], str]:
    done = netkit("probe", "send", "::1", "--port", str(port), "--json", *options)
    return json.loads(done.stdout)["pace"], done.stderr


def test_more_than_this_host_keeps_up_with_is_told(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "pace_before", lambda *_: Pace(4000, 1.0))
    pace, error = sent(port, "--count", "50", *FAST)
    assert pace == {"keeps_up_to_per_s": 4000, "limit": "processor", "core_share": 1.0}
    assert "netkit: this host keeps up with about 4,000 probes of 72 bytes a second" in error


def test_it_is_told_before_the_first_probe(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[object] = []
    run_fast = live.run_fast

    def run(*asked):
        events.append("sent")
        return run_fast(*asked)

    monkeypatch.setattr(live, "pace_before", lambda *_: Pace(4000, 1.0))
    monkeypatch.setattr(live, "run_fast", run)
    result = live.send("::1", port, SendOptions(count=20, interval_ms=0.5), before=events.append)
    assert events == [Pace(4000, 1.0), "sent"]
    assert result.pace == Pace(4000, 1.0)
    assert result.flows[0].session.samples[0].sequence == 0


def test_a_rate_well_below_is_told_in_the_document_alone(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "pace_before", lambda *_: Pace(40_000, 0.9))
    pace, error = sent(port, "--count", "50", *FAST)
    assert pace == {"keeps_up_to_per_s": 40_000, "limit": "processor", "core_share": 0.9}
    assert "keeps up" not in error


@pytest.mark.parametrize(
    "options", [("--count", "10", *FAST), ("--count", "10", "--interval", "1ms")]
)
def test_of_short_and_of_slow_runs_nothing_is_said(port: int, options: tuple[str, ...]) -> None:
    pace, error = sent(port, *options)
    assert pace == {"keeps_up_to_per_s": None, "limit": None, "core_share": None}
    assert "keeps up" not in error


def test_from_python_nothing_is_tried_unless_somebody_listens(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "pace_before", None)
    result = live.send("::1", port, SendOptions(count=20, interval_ms=0.5))
    assert result.pace is None


@pytest.mark.parametrize(
    ("pace", "size", "said", "unsaid"),
    [
        (Pace(9000, 1.0), None, ("9,000 probes of 72 bytes", "10,000 are", "--size 44"), "others"),
        (Pace(9000, 1.0), 44, ("9,000 probes of 44 bytes", "a longer --interval"), "--size 44"),
        (Pace(9000, 0.4), 44, ("40% of a processor", "others"), "--timeout"),
        (Pace(9000, 0.4, Limit.TIMEOUT), 44, ("--timeout of 1000 ms", "a shorter"), "others"),
    ],
)
def test_the_line_says_what_is_in_the_way_and_what_helps(
    pace: Pace, size: int | None, said: tuple[str, ...], unsaid: str
) -> None:
    line = pace_line(SendOptions(interval_ms=0.1, request_bytes=size), pace)
    assert line is not None
    assert all(words in line for words in said), line
    assert unsaid not in line


def test_as_many_as_it_keeps_up_with_are_no_trouble() -> None:
    assert pace_line(SendOptions(interval_ms=0.1), Pace(10_000, 0.3)) is None
