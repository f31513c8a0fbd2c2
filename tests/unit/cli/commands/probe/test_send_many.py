"""Several targets by hand: one table, one document, the worst verdict's code."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import netkit
from goldens import ROOT
from reflector_process import free_port, reflecting

from netkit.cli.commands.probe.send_many import _line
from netkit.errors import ExitCode
from netkit.probe.run.many import Target, TargetResult
from netkit.probe.run.send_options import SendOptions
from netkit.probe.sender.result import RunEnd

FAST = ("--count", "12", "--interval", "5ms", "--timeout", "20s")


def test_one_document_for_all_and_the_worst_code(tmp_path: Path) -> None:
    port, nobody = free_port(), free_port()
    targets = tmp_path / "targets"
    targets.write_text(f"# far away\n[::1]:{nobody}  silent\n")
    samples = tmp_path / "samples.csv"
    with reflecting("--bind", "::1", "--port", str(port)):
        done = netkit(
            "probe", "send", f"[::1]:{port}", "--targets", targets, *FAST, "--tier", "20ms",
            "--clock-error", "0ms", "--json", "--csv", samples, "--src", "here",
        )  # fmt: skip
        good = netkit("probe", "send", f"[::1]:{port}", f"[0::1]:{port}", *FAST, "-q")
    document = json.loads(done.stdout)
    first, second = document["targets"]
    assert document["schema"] == "netkit/probe-send-many/1"
    assert first["result"]["counts"]["received"] == 12
    assert first["result"]["verdict"] == "pass"
    assert (second["target"], second["result"]["counts"]["received"]) == ("silent", 0)
    assert done.returncode == document["exit_code"] == 3
    assert "unknown: 1 of 2 targets, silent first (no answer" in done.stderr
    rows = samples.read_text().splitlines()
    assert len(rows) == 1 + 24
    assert sum(row.startswith("here,silent,") for row in rows) == 12
    assert (good.returncode, good.stdout) == (0, "ok: 2 targets\n")


def test_what_no_clock_decides_and_what_was_never_sent_is_told_beside_the_table() -> None:
    port = free_port()
    with reflecting("--bind", "::1", "--port", str(port)):
        unsure = netkit("probe", "send", f"[::1]:{port}", f"[0::1]:{port}", *FAST, "--tier", "20ms",
                        "--clock-error", "30ms")  # fmt: skip
        unsent = netkit("probe", "send", f"[::1]:{port}", "255.255.255.255", *FAST)
    assert unsure.returncode == 3
    assert "2 targets inconclusive: closer to the bound than the clocks are good to." in (
        unsure.stdout
    )
    assert "first (inconclusive, clocks are good to ± 30.000 ms)" in unsure.stderr
    assert "12 not sent" in unsent.stdout
    assert "255.255.255.255 first (no answer; not sent: Permission" in unsent.stderr


def test_a_run_that_somebody_ended_says_so_though_all_is_well() -> None:
    target = Target("a", ("::1",), 862, SendOptions())
    ended = TargetResult(target, SimpleNamespace(end=RunEnd.INTERRUPTED))
    whole = TargetResult(target, SimpleNamespace(end=RunEnd.COMPLETE))
    good = SimpleNamespace(code=ExitCode.OK)
    assert _line([(whole, good), (ended, good)], ExitCode.OK) == "ok: 2 targets; interrupted"
    assert _line([(whole, good)], ExitCode.OK) == "ok: 1 target"


def test_the_document_is_written_down() -> None:
    page = (ROOT / "docs" / "probe-send-json.md").read_text()
    assert "netkit/probe-send-many/1" in page


def test_a_name_that_is_none_costs_the_others_nothing() -> None:
    port = free_port()
    with reflecting("--bind", "::1", "--port", str(port)):
        done = netkit("probe", "send", f"[::1]:{port}", "no..name", *FAST, "--json")
    first, second = json.loads(done.stdout)["targets"]
    assert first["result"]["counts"]["received"] == 12
    assert second["result"] is None
    assert second["error"].startswith("no..name cannot be resolved")
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "netkit: command line: no HOST; expected at least one, or a file with --targets"),
        (("::1", "::1"), "a target is named twice: ::1"),
        (("::1", "::2", "--flows", "2"), "--flows: 2; expected 1 for several targets"),
        (("::1", "::2", "--count", "0"), "expected at most 100000 probes"),
        (("::1", "::2", "--dst", "x"), "--dst: x; expected one host beside it"),
        (("::1", "--targets", "list"), "list:2: a target: 'a b c'; expected HOST or HOST NAME"),
        (("::1", "--targets", "list"), "list:4: the target b is already in line 3"),
        (("::1", "--targets", "empty"), "empty: no target; expected a host a line"),
        (("--targets", "port"), "port:1: port of HOST: a:0; expected HOST:1 to HOST:65535"),
    ],
)
def test_bad_input(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("a # fine\na b c\n::1 b\n::2 b\n")
    (tmp_path / "empty").write_text("# nobody\n")
    (tmp_path / "port").write_text("a:0\n")
    done = netkit("probe", "send", *words, cwd=tmp_path)
    assert done.returncode == 3
    assert said in done.stderr


def test_a_narrow_terminal_still_says_whose_a_row_is() -> None:
    nobody = free_port()
    words = (f"[::1]:{nobody}", f"127.0.0.1:{nobody}", *FAST, "--tier", "20ms")
    done = netkit("probe", "send", *words, width=80)
    shown = done.stdout.replace("\n", "")
    assert f"[::1]:{nobody}" in shown
    assert f"127.0.0.1:{nobody}"[:14] in shown
