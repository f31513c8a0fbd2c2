"""``netkit lab drill`` when whoever reads it leaves early."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import netkit
from screen_lab import DRILL, DRILLS

from netkit.errors import ExitCode
from netkit.model.verdict import exit_code


def gone(*_: object) -> None:
    raise BrokenPipeError


@pytest.mark.parametrize("form", [["--json"], []])
def test_files_are_written_though_nobody_reads_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: list[str]
) -> None:
    for name, instead in DRILLS.items():
        monkeypatch.setattr(name, instead)
    commands = "netkit.cli.commands.lab_drill"
    monkeypatch.setattr(f"{commands}.console", lambda: SimpleNamespace(print=gone, width=100))
    monkeypatch.setattr(f"{commands}.print_json", gone)
    words = ["metro/node-xidan", "-o", tmp_path / "drill.json", "--html", tmp_path / "drill.html"]
    done = netkit("lab", "drill", *words, *form)
    assert done.returncode == exit_code(DRILL.verdict) == ExitCode.OK
    assert json.loads((tmp_path / "drill.json").read_text())["schema"] == "netkit/drill/1"
    assert (tmp_path / "drill.html").read_text().lower().startswith("<!doctype html>")
