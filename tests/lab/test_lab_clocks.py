"""Wrong clocks on the wire: certified intervals hold the truth, and a clock that lies is caught."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.api import run_campaign
from netkit.errors import ExitCode
from netkit.report.ledger_line import LedgerCause, LedgerLine
from netkit.stats.clocks.clock_readings import passages_of
from netkit.store.samples_csv import read_samples
from netkit.workflows.campaigns.loop import CampaignRun

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab makes network namespaces: needs root"),
]
TOPOLOGY = ROOT / "topologies" / "lab-region.yaml"
SHIPPED = ROOT / "probes" / "clocks" / "region-wrong-clocks.yaml"
BOUND_MS = 5
CLOCKS = {LedgerCause.OUTSIDE_CERTAIN, LedgerCause.IMPOSSIBLE_CLOCKS, LedgerCause.BEYOND_CLAIM}
LYING = """\
name: lying
topology: {topology}
count: 30
interval_ms: 30
sites:
  - {{name: a, node: shanghai, clock: {{offset_ms: 350, claims: disciplined, bound_ms: 0.1}}}}
  - {{name: b, node: wuhu-dc, clock: {{claims: disciplined, bound_ms: 0.1}}}}
  - {{name: c, node: nanjing}}
measure: [{{mesh: [a, b, c]}}]
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[CampaignRun, Path]:
    """Half the probes of the shipped campaign: its step is at 4 s then, still in mid-run."""
    folder = tmp_path_factory.mktemp("clocks")
    text = SHIPPED.read_text().replace("../../topologies", str(ROOT / "topologies"))
    file = folder / "clocks.yaml"
    file.write_text(
        text.replace("interval_ms: 100", "interval_ms: 50").replace("at_s: 8", "at_s: 4")
    )
    return run_campaign(file, out=folder / "out"), folder / "out"


def wrong_verdicts(lines: dict[tuple[str, str], LedgerLine]) -> list[tuple[str, str]]:
    right = {"pass": True, "breach": False}
    return [
        way
        for way, line in lines.items()
        if right.get(line.certain.verdict, line.certain.true_ms <= BOUND_MS)
        is not (line.certain.true_ms <= BOUND_MS)
    ]


def test_every_interval_holds_the_truth_and_no_verdict_is_wrong(ran) -> None:
    run, _ = ran
    lines = run.results.ledger
    assert len(lines) == 20
    for way, line in lines.items():
        assert line.certain.known, way
        assert line.certain.contains_truth is True, way
        assert not CLOCKS & {one.cause for one in line.contradictions}, way
        assert line.certain.low_ms is not None, (way, line.certain)
    # Nobody knows how long a passage took of which a busy host did not tell a stamp.
    rows = [(*way, sample) for way, samples in run.samples.items() for sample in samples]
    told = {way for way, readings in passages_of(rows).items() if not readings.unknown}
    assert [way for way in told if lines[way].certain.high_ms is None] == []
    assert wrong_verdicts(lines) == []


def test_what_the_hosts_measured_is_as_wrong_as_their_clocks(ran) -> None:
    run, _ = ran
    lines = run.results.ledger
    assert lines["shanghai", "nanjing"].measured_ms < -1300
    assert lines["nanjing", "hangzhou"].measured_ms > 1600
    set_ms = {sample.clock_set_ns / 1e6 for sample in run.samples["qingpu-dc", "wuhu-dc"]}
    # Where a busy machine had pairs measured again, the clock had been set by then.
    assert -200 in {round(one) for one in set_ms} <= {0, -200}
    assert all(sample.clock_set_ns == 0 for sample in run.true_samples["qingpu-dc", "wuhu-dc"])


def test_files_hold_both_times_and_certify_alike(ran) -> None:
    run, folder = ran
    shown, true = (read_samples(folder / name) for name in ("samples.csv", "true-samples.csv"))
    assert [row[:2] for row in shown] == [row[:2] for row in true]
    held = "--clock-error=wuhu-dc=0.11ms"
    done = netkit(
        "probe", "certify", folder / "samples.csv", "--topology", TOPOLOGY, held, "--json"
    )
    certified = {(one["src"], one["dst"]): one for one in json.loads(done.stdout)["ways"]}
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["ledger"]["certain"]["intervals"] == 20
    assert summary["ledger"]["certain"]["with_the_truth"] == 20
    for way, line in run.results.ledger.items():
        certain = certified[way]["certain"]
        assert certain["low_ns"] / 1e6 <= line.certain.true_ms
        if line.certain.high_ms is not None:
            assert line.certain.true_ms <= certain["high_ns"] / 1e6


def test_a_clock_that_lies_fails_the_run_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lying.yaml"
    file.write_text(LYING.format(topology=TOPOLOGY))
    done = netkit("lab", "run", file, "--out", tmp_path / "out", "--json")
    assert done.returncode == ExitCode.BREACH
    assert "the ledger is contradicted: shanghai to wuhu-dc" in done.stderr
    pairs = json.loads(done.stdout)["pairs"]
    found = {
        (pair["src"], pair["dst"]): {
            one["cause"]
            for way in (pair["measured"]["forward"], pair["measured"]["backward"])
            for one in way["ledger"]["contradictions"]
        }
        for pair in pairs
    }
    assert {"beyond_claim", "impossible_clocks"} <= found["shanghai", "wuhu-dc"]
