"""``netkit probe send`` under 1 ms: a stream, with the document of every other measurement."""

from __future__ import annotations

import csv
import errno
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command import netkit
from numpy.typing import NDArray
from reflector_process import NETKIT, free_port, reflecting

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome, Sample
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run import send as live
from netkit.probe.run.fast import is_stream
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.send_options import SendOptions
from netkit.probe.stream.window import ProbeRing
from netkit.store.samples_csv import SampleFile


def words(port: int, *options: str) -> tuple[str, ...]:
    return ("send", "::1", "--port", str(port), "--json", *options)


def send(port: int, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*NETKIT, *words(port, *options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def sent(port: int, *options: str) -> dict[str, Any]:
    """The document of a command in this process."""
    found: dict[str, Any] = json.loads(netkit("probe", *words(port, *options)).stdout)
    return found


def shape(value: object) -> object:
    """Names of fields, all the way down; lists by their first."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


@pytest.fixture
def port() -> Iterator[int]:
    """Of a reflector process."""
    free = free_port()
    with reflecting("--bind", "::1", "--port", str(free)):
        yield free


def test_the_same_document(port: int, tmp_path: Path) -> None:
    file, common = tmp_path / "samples.csv", ("--timeout", "60000ms", "--bound", "60000ms")
    plain = sent(port, "--count", "100", "--interval", "2ms", *common)
    fast = send(port, "--count", "3000", "--interval", "0.5ms", "--csv", str(file), *common)
    found = json.loads(fast.communicate()[0])
    short = sent(port, "--count", "500", "--interval", "0.2ms", "--size", "44")
    assert shape(found) == shape(plain)
    assert (found["end"], found["outcomes"]["received"]) == ("complete", 3000)
    assert found["outcomes"] | {"received": 0} == dict.fromkeys(found["outcomes"], 0)
    assert found["clocks"]["reflector"]["source"] == plain["clocks"]["reflector"]["source"]
    # Kernel T3 comes with follow-ups; a bare probe has no place for one, nor for who took T2.
    assert set(found["stamps"].values()) == {"kernel"}
    assert short["stamps"] == {
        "t1": "kernel", "t2": "userspace", "t3": "userspace", "t4": "kernel",
    }  # fmt: skip
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert [int(row["sequence"]) for row in rows] == list(range(3000))


@pytest.mark.parametrize(
    ("count", "interval", "kind"),
    [("100000", "500us", "exact"), ("100001", "500us", "sketch"), ("0", "1ms", "sketch")],
)
def test_what_was_measured_survives_an_interruption(
    tmp_path: Path, count: str, interval: str, kind: str
) -> None:
    """It comes once a hundred probes have been answered, by a reflector in this process."""
    reflector, socket = Reflector(), open_stamp_socket("::1")
    file = tmp_path / "samples.csv"
    process = send(socket.port, "--count", count, "--interval", interval, "--csv", str(file))

    def stop(_sent: int, _total: int) -> None:
        if reflector.counters["reflected"] >= 100:
            process.send_signal(signal.SIGINT)
            raise KeyboardInterrupt

    try:
        run_sessions([], [ReflectorPort(reflector, socket)], deadline_s=60, on_progress=stop)
        output, _ = process.communicate(timeout=300)
    finally:
        process.kill()
        process.communicate()
        socket.close()
    found = json.loads(output)
    assert found["end"] == "interrupted"
    assert 0 < found["counts"]["received"] < 100_000
    assert found["counts"]["sent"] == sum(found["outcomes"].values())
    assert found["figures"]["kind"] == kind
    assert found["forward"]["owd"]["count"] + found["forward"]["left_out"] > 0
    assert len(file.read_text().splitlines()) == 1 + found["counts"]["sent"]


def test_an_interruption_waits_until_the_books_are_right(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes when probes have been numbered, but not yet been sent."""
    add = ProbeRing.add

    def add_and_interrupt(window: ProbeRing, count: int) -> NDArray[np.int64]:
        numbers = add(window, count)
        if 100 in numbers:
            signal.raise_signal(signal.SIGINT)
        return numbers

    monkeypatch.setattr(ProbeRing, "add", add_and_interrupt)
    result = live.send("::1", port, SendOptions(count=10_000, interval_ms=0.5))
    (flow,) = result.flows
    assert result.end == "interrupted"
    assert {sample.outcome for sample in flow.session.samples} == {Outcome.RECEIVED}
    assert len(flow.session.samples) + flow.session.undecided >= 100
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("other", "name"),
    [({"flows": 2}, "flows"), ({"dscp": 46}, "dscp"), ({"key": b"k"}, "key")],
)
def test_a_stream_takes_plain_probes_only(other: dict[str, object], name: str) -> None:
    assert is_stream(SendOptions(interval_ms=0.99))
    assert not is_stream(SendOptions(interval_ms=1, **other))
    with pytest.raises(InputError, match=f"at least 1 ms together with {name}"):
        is_stream(SendOptions(interval_ms=0.99, **other))
    for count in (0, 100_001):
        assert is_stream(SendOptions(interval_ms=1000, count=count))
        with pytest.raises(InputError, match=f"1 to 100000 together with {name}"):
            is_stream(SendOptions(interval_ms=1000, count=count, **other))


def test_a_file_that_cannot_be_written_ends_no_run() -> None:
    full = Path("/dev/full")
    samples = [("a", "b", Sample(number, Outcome.LOST)) for number in range(2000)]
    file = SampleFile(full)
    assert file.add(samples) < len(samples)
    assert file.add(samples) == 0
    with pytest.raises(OSError, match="/dev/full") as raised, file:
        pass
    assert raised.value.errno == errno.ENOSPC
