"""What was measured is kept, whatever comes after it: a second Ctrl-C, a lab that will not end."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import netkit
from goldens import ROOT

from netkit.errors import LabError
from netkit.workflows.campaigns.lab_turn import LabTurn
from netkit.workflows.campaigns.lab_wishes import LabWishes

LAB = SimpleNamespace(
    backend="wire", igp=SimpleNamespace(name="static"), boot_s=1.0, not_emulated=()
)
TOPOLOGY = SimpleNamespace(active_nodes=("a", "b"), all_links=("a~b",))


@pytest.mark.parametrize("ends_with", [None, LabError("a process is stuck"), KeyboardInterrupt()])
@pytest.mark.parametrize("measured", [True, False])
def test_what_was_measured_counts_however_the_lab_ends(
    monkeypatch: pytest.MonkeyPatch, ends_with: BaseException | None, measured: bool
) -> None:
    @contextmanager
    def booted(_turn: LabTurn) -> Iterator[SimpleNamespace]:
        yield LAB
        if ends_with is not None:
            raise ends_with

    monkeypatch.setattr(LabTurn, "_boot", booted)
    turn = LabTurn(TOPOLOGY, None, {}, LabWishes(), lambda *_: None, {})
    if measured:
        turn.measured["a", "b"] = SimpleNamespace()
    facts = turn.go(())
    assert facts.ran == (measured or ends_with is None)
    assert (turn.error is not None) == isinstance(ends_with, LabError)
    assert turn.interrupted == isinstance(ends_with, KeyboardInterrupt)
    assert bool(facts.skipped_because) == (not facts.ran)


def test_ctrl_c_while_results_are_written_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever pressed it once to end the run has mostly pressed it twice."""
    pressed = []

    def page(*_: object) -> str:
        pressed.append(True)
        os.kill(os.getpid(), signal.SIGINT)
        return "<!DOCTYPE html>"

    monkeypatch.setattr("netkit.report.html.pages.page.report_page", page)
    campaign = ROOT / "probes" / "region-5ms.yaml"
    done = netkit("lab", "run", campaign, "--no-lab", "--out", tmp_path / "out")
    assert pressed
    assert "interrupted" not in done.stderr
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["schema"]
    assert (tmp_path / "out" / "report.html").read_text() == "<!DOCTYPE html>"
