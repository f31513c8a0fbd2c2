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
from netkit.lab.truth.traced import Measurement, PairMeasurement
from netkit.model.verdict import Verdict
from netkit.probe.sender.result import RunEnd
from netkit.report.ledger_line import LedgerCause, LedgerFinding, LedgerLine
from netkit.report.results import DirectionMeasured, LabFacts, LoopResults, PairMeasured
from netkit.workflows.campaigns import lab_turn
from netkit.workflows.campaigns.lab_campaign import Campaign
from netkit.workflows.campaigns.lab_turn import LabTurn
from netkit.workflows.campaigns.lab_wishes import LabWishes
from netkit.workflows.campaigns.loop import CampaignRun

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


FOUND = LedgerFinding(LedgerCause.TOO_SLOW, 40, "a~b", "a", 900.0)


def pair_measured(verdict: Verdict, *contradictions: LedgerFinding) -> PairMeasured:
    """Contradicted on the way there."""
    there, back = (
        DirectionMeasured(
            40, 0, ledger=LedgerLine(1.0, 1.0, 1.0, 1.0, 0.0, 40, contradictions=found)
        )
        for found in (contradictions, ())
    )
    return PairMeasured(there, back, verdict, True)


def test_what_an_attempt_contradicted_stays_when_the_pair_is_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Doubt is settled by measuring again; evidence is not taken back."""
    attempts = [pair_measured(Verdict.INCONCLUSIVE, FOUND), pair_measured(Verdict.INCONCLUSIVE),
                pair_measured(Verdict.PASS)]  # fmt: skip
    once = PairMeasurement("a", "b", SimpleNamespace(samples=()), ())
    measurement = Measurement((once,), RunEnd.COMPLETE)
    monkeypatch.setattr(lab_turn, "measure", lambda *_, **__: measurement)
    monkeypatch.setattr(lab_turn, "measured_pair", lambda *_: attempts.pop(0))
    answer = SimpleNamespace(primary=True)
    plan = SimpleNamespace(pair={("a", "b"): answer, ("b", "a"): answer}, pairs=())
    turn = LabTurn(TOPOLOGY, plan, {}, LabWishes(), lambda *_: None, {})
    turn._measure_all(LAB, [Campaign("c", Path("c.yaml"), (("a", "b"),))])
    found = turn.measured["a", "b"]
    assert (found.verdict, found.attempts, attempts) == (Verdict.PASS, 3, [])
    assert found.forward.ledger.contradictions == (FOUND,)
    assert found.backward.ledger.contradictions == ()
    results = LoopResults(TOPOLOGY, plan, LabFacts(True), turn.measured)
    assert CampaignRun(results).verdict is Verdict.BREACH
