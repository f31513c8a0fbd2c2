"""What people type every day, and what a shell does with the output."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import netkit
from reflector_process import free_port, reflecting
from waiting import heard, until

from netkit.cli.options.probe_values import host_and_port
from netkit.errors import InputError
from netkit.store.samples_csv import can_append, read_samples, write_samples

COMMAND = "import sys; from netkit.cli.entry import main; sys.argv[0] = 'netkit'; main()"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A reflector on both loopback addresses."""
    number = free_port()
    with reflecting("--bind", "::1", "--bind", "127.0.0.1", "--port", str(number)):
        yield number


# A bound far over any stall of the machine: what is judged here is the command.
SEND = ("-c", "12", "-i", "5ms", "--bound", "60000ms", "--clock-error", "1ms")


def test_one_line_and_nothing_on_stderr(port: int) -> None:
    words = ("probe", "send", f"127.0.0.1:{port}", *SEND, "--quiet")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *words],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(
        r"127\.0\.0\.1 \(127\.0\.0\.1\): 60000 ms pass, 12 of 12 received, forward max [\d.]+ ms, "
        r"backward max [\d.]+ ms, round trip p50 [\d.]+ ms\n",
        done.stdout,
    )


def test_the_document_says_when_where_and_with_what(port: int) -> None:
    words = ("--source", "::1", "--interface", "lo", "--timestamps", "ntp", "--dont-fragment")
    done = netkit("probe", "send", f"[::1]:{port}", *SEND, *words, "--json")
    found = json.loads(done.stdout)
    assert found["sender"] == socket.gethostname()
    assert found["started"] < found["ended"]
    assert found["started"].endswith("+00:00")
    assert found["version"]
    assert (found["clock_steps"], found["refuted"], found["impossible"]) == ([], None, {})
    assert (found["port"], found["counts"]["received"]) == (port, 12)
    assert found["forward"]["unknown"] == 0


def test_output_that_nobody_reads_costs_no_verdict(port: int) -> None:
    command = f'{sys.executable} -c "{COMMAND}" probe send ::1 --port {port} {" ".join(SEND)}'
    for end in (">&-", "| head -c 1", "2>&-", ">&- 2>&- <&-"):
        done = subprocess.run(
            ["bash", "-c", f"{command} {end}; exit ${{PIPESTATUS[0]}}"],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode in {0, 3}
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
@pytest.mark.parametrize("more", [(), ("--json",), ("--quiet",)])
def test_a_full_disk_behind_stdout_costs_neither_samples_nor_code(
    port: int, tmp_path: Path, more: tuple[str, ...]
) -> None:
    samples = tmp_path / "samples.csv"
    words = ("-c", "12", "-i", "5ms", "--bound", "0.001ms", "--clock-error", "0ms")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, "probe", "send", f"[::1]:{port}", *words,
             "--csv", str(samples), *more],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=300,
        )  # fmt: skip
    assert done.returncode == 2
    assert [row[2].sequence for row in read_samples(samples)] == list(range(12))
    said, why = done.stderr.splitlines()[-2:]
    assert said == "netkit: standard output: No space left on device"
    assert why.startswith("netkit: ::1 (::1): 0.001 ms breach, 12 of 12 received")


def test_samples_are_added_and_other_files_left_alone(port: int, tmp_path: Path) -> None:
    samples, other = tmp_path / "samples.csv", tmp_path / "notes.csv"
    other.write_text("precious\n")
    for _ in range(2):
        words = ("-c", "3", "-i", "5ms", "-q", "--csv", str(samples))
        assert netkit("probe", "send", f"[::1]:{port}", *words).returncode == 0
    assert [row[2].sequence for row in read_samples(samples)] == [0, 1, 2] * 2
    refused = netkit("probe", "send", f"[::1]:{port}", "-c", "3", "--csv", str(other))
    assert refused.returncode == 3
    assert "expected a new file" in refused.stderr
    assert other.read_text() == "precious\n"


@pytest.mark.parametrize("place", ["-", "/dev/stdout"])
def test_interim_lines_go_to_the_standard_output_by_either_name(port: int, place: str) -> None:
    words = ("-c", "90", "-i", "5ms", "--interim", place, "--interim-interval", "250ms", "-q")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "probe", "send", f"[::1]:{port}", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "netkit/probe-interim/1" in done.stdout
    assert "netkit/probe-interim/1" not in done.stderr


def interim(lines: Path) -> list[dict[str, int]]:
    """The lines that are whole so far."""
    whole = lines.read_text().rpartition("\n")[0] if lines.exists() else ""
    return [json.loads(line) for line in whole.splitlines()]


def test_interim_lines_and_sigquit(port: int, tmp_path: Path) -> None:
    lines = tmp_path / "interim.jsonl"
    words = ("-c", "0", "-i", "2ms", "--interim", str(lines), "--interim-interval", "250ms", "-q")
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "probe", "send", f"[::1]:{port}", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        until(lambda: any(line["answered"] for line in interim(lines)), "a line of answers")
        running.send_signal(signal.SIGQUIT)
        told = heard(running.stderr.fileno(), b" back").decode()
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=300)
    first = interim(lines)[0]
    page = Path(__file__).parents[5] / "docs" / "probe-send-json.md"
    assert set(first) <= set(re.findall(r"`(\w+)`", page.read_text())) | {"schema"}
    assert re.search(r"netkit: \d+ sent, \d+ back", told)
    assert "received" in out


def test_after_ignored_replies_nobody_says_that_nothing_came_back() -> None:
    """Something there answers every datagram with three bytes."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as echo:
        echo.bind(("::1", 0))
        with subprocess.Popen(
            [sys.executable, "-c", COMMAND, "probe", "send", f"[::1]:{echo.getsockname()[1]}",
             "-c", "2", "-i", "10ms", "--timeout", "200ms"],
            stdout=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            echo.settimeout(60)
            for _ in range(3):
                _, source = echo.recvfrom(2000)
                echo.sendto(b"no!", source)
            out, _ = running.communicate(timeout=300)
    assert running.returncode == 3
    assert "x ignored: not a STAMP packet" in out
    assert "none that answers a probe of this run" in out
    assert "Nothing came back" not in out


@pytest.mark.parametrize(
    ("text", "port", "found"),
    [
        ("far", None, ("far", 862)),
        ("far:8862", None, ("far", 8862)),
        ("far:8862", 8862, ("far", 8862)),
        ("192.0.2.1:99", None, ("192.0.2.1", 99)),
        ("[2001:db8::1]:99", None, ("2001:db8::1", 99)),
        ("[2001:db8::1]", 7, ("2001:db8::1", 7)),
        ("2001:db8::1", None, ("2001:db8::1", 862)),
        ("fe80::1%eth0", None, ("fe80::1%eth0", 862)),
        ("::1", None, ("::1", 862)),
    ],
)
def test_host_and_port(text: str, port: int | None, found: tuple[str, int]) -> None:
    assert host_and_port(text, port) == found


@pytest.mark.parametrize(
    ("text", "port"), [("far:0", None), ("far:x", None), ("far:70000", None), ("far:99", 98)]
)
def test_ports_that_are_none_or_two(text: str, port: int | None) -> None:
    with pytest.raises(InputError, match="expected"):
        host_and_port(text, port)


def test_what_samples_may_be_added_to(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    assert can_append(path)
    write_samples(path, [])
    assert can_append(path)
    assert can_append(Path(os.devnull))
    path.write_text("﻿" + path.read_text())
    assert can_append(path)
    assert read_samples(path) == []
    older = path.read_text(encoding="utf-8-sig").replace(",clock_set_ns,spans_step", "")
    path.write_text(older)
    assert not can_append(path)
    assert read_samples(path) == []
