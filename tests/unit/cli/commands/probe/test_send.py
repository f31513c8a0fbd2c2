"""``netkit probe send`` on loopback, once as a process, to ``reflect`` in a process of its own."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Done, netkit
from reflector_process import NETKIT, free_port, reflecting

from netkit.errors import ExitCode
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run.loop import ReflectorPort, run_sessions


def words(port: int, *options: str) -> tuple[str, ...]:
    return ("send", "::1", "--port", str(port), "--interval", "2ms", *options)


def send(port: int, *options: str) -> Done:
    return netkit("probe", *words(port, *options))


@pytest.fixture
def reflector() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    port = free_port()
    with reflecting("--bind", "::", "--port", str(port)) as process:
        yield port, process


def test_send_and_reflect(reflector: tuple[int, subprocess.Popen[str]], tmp_path: Path) -> None:
    port, process = reflector
    file = tmp_path / "samples.csv"
    # A bound far over any stall of the machine: what is judged here is the command.
    options = ("--count", "20", "--timeout", "60000ms", "--bound", "60000ms", "--csv", str(file))
    command = words(port, *options, "--clock-error", "0ms", "--json")
    done = subprocess.run([*NETKIT, *command], capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.OK, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "netkit/probe-send/2"
    assert (document["verdict"], document["end"]) == ("pass", "complete")
    assert (document["counts"]["sent"], document["counts"]["received"]) == (20, 20)
    assert document["forward"]["uncertainty_us"] == 0
    assert document["forward"]["owd"]["min_ns"] > 0
    assert document["stateful_reflector"] is True
    # Both ends are this machine.
    assert document["clocks"]["sender"]["source"] == document["clocks"]["reflector"]["source"]
    assert len(list(csv.reader(file.read_text().splitlines()))) == 21

    assert (document["degraded"], document["warn_margin_percent"]) == (False, 10)
    # A margin that is the whole bound is always crossed, and the tier kept all the same.
    close = send(port, *options, "--clock-error", "0ms", "--warn-margin", "100", "--json")
    assert close.returncode == ExitCode.DEGRADED
    document = json.loads(close.stdout)
    assert (document["verdict"], document["degraded"]) == ("pass", True)
    close = send(port, *options, "--clock-error", "0ms", "--warn-margin", "100")
    assert "Degraded: within 60000 ms, but over 0 ms, the margin of 100 %." in close.stdout

    # 1 µs is less than any path takes
    breach = send(port, "--count", "20", "--bound", "0.001ms", "--clock-error", "0ms")
    assert breach.returncode == ExitCode.BREACH
    few = send(port, "--count", "9", "--tier", "20ms", "--clock-error", "0ms")
    assert few.returncode == ExitCode.UNKNOWN
    assert "inconclusive (max)" in few.stdout

    process.send_signal(signal.SIGTERM)
    counters, _ = process.communicate(timeout=300)
    assert process.returncode == ExitCode.OK
    assert counters.startswith("reflected ")


def test_nobody_answers() -> None:
    done = send(free_port(), "--count", "3", "--timeout", "100ms")
    assert done.returncode == ExitCode.UNKNOWN
    # The closing probe's own error is none of the three, and a probe is refused once.
    assert "3 x refused: Connection refused" in done.stdout
    assert "does a reflector listen on that UDP port?" in done.stdout
    assert "Traceback" not in done.stderr


def test_interrupted_with_what_there_is() -> None:
    """SIGTERM comes once twenty probes have been answered, by a reflector in this process."""
    reflector, socket = Reflector(), open_stamp_socket("::1")
    process = subprocess.Popen(
        [*NETKIT, "send", "::1", "--port", str(socket.port), "--count", "100000",
         "--interval", "1ms", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip

    def stop(_sent: int, _total: int) -> None:
        if reflector.counters["reflected"] >= 20:
            process.send_signal(signal.SIGTERM)
            raise KeyboardInterrupt

    try:
        run_sessions([], [ReflectorPort(reflector, socket)], deadline_s=60, on_progress=stop)
        output, _ = process.communicate(timeout=300)
    finally:
        process.kill()
        process.communicate()
        socket.close()
    document = json.loads(output)
    assert document["end"] == "interrupted"
    assert document["counts"]["received"] > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["::1", "--tier", "7ms"], "--tier: 7ms; expected one of 1ms, 5ms, 20ms, 10ms"),
        (["::1", "--tier", "1ms", "--bound", "1ms"], "expected one of them"),
        (["::1", "--size", "74"], "probe size: 74 bytes; expected 44 (no TLVs), 72, or 76"),
        (["::1", "--bound", "-1ms"], "--bound: -1ms; expected a duration with its unit"),
        (["no such host"], "no such host cannot be resolved"),
        (["::1", "--count", "many"], "--count"),
        (["::1", "--count", "4000000001"], "--count"),
        (["::1", "--interval", "inf"], "--interval"),
        (["::1", "--timeout", "inf"], "--timeout"),
        (["::1", "--clock-error", "inf"], "--clock-error"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_3(options: list[str], message: str) -> None:
    done = netkit("probe", "send", *options)
    assert done.returncode == ExitCode.UNKNOWN
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_taken_port_is_said() -> None:
    socket = open_stamp_socket("::")
    try:
        done = subprocess.run(
            [*NETKIT, "reflect", "--port", str(socket.port)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        socket.close()
    assert done.returncode == ExitCode.UNKNOWN
    assert "Address already in use" in done.stderr


def test_skew_is_removed_only_on_request_and_then_said(
    reflector: tuple[int, subprocess.Popen[str]], tmp_path: Path
) -> None:
    port, _ = reflector
    file = tmp_path / "samples.csv"
    plain = json.loads(send(port, "--count", "20", "--json").stdout)
    assert plain["forward"]["skew_removed"] is False
    assert plain["forward"]["skew_ppm"] is not None
    done = send(port, "--count", "20", "--remove-skew", "--csv", str(file), "--src", "a")
    assert "ppm forward is left out" in done.stdout
    assert {row["src"] for row in csv.DictReader(file.read_text().splitlines())} == {"a"}
