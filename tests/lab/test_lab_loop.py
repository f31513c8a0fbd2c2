"""The loop as users run it: the README's lab, campaigns by themselves, interrupted or not."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT
from readme import blocks
from waiting import heard

from netkit.store.manifest import MANIFEST

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab makes network namespaces: needs root"),
]
BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
SHIPPED = sorted((ROOT / "probes").glob("*.yaml"))
FIRST_LINE = SHIPPED[0].read_text().splitlines()[0]
CAMPAIGN = """\
name: small
topology: {topology}
count: 20
interval_ms: 20
measure:
  - pairs:
      - {{src: qingpu-dc, dst: wuhu-dc}}
      - {{src: hangzhou, dst: wuhu-dc}}
"""


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    text = CAMPAIGN.format(topology=ROOT / "topologies" / "lab-region.yaml")
    path.write_text(f"{FIRST_LINE}\n{text}")
    path.chmod(0o755)
    return path


def left_over() -> str:
    """What a lab that nobody owns any more has left."""
    return netkit("lab", "clean", "--json").stdout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder that looks like the source tree; what is written stays out of that."""
    for name in ("topologies", "probes"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("checkout")
def test_the_readme_boots_and_measures() -> None:
    scope: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, scope)
    assert scope["pair"].path_proven(scope["there"], scope["back"])
    run = scope["run"]
    assert run.results.lab.ran
    assert all(pair.path_proven for pair in run.results.measured.values())
    summary = json.loads(Path("out/city/summary.json").read_text())
    assert summary["lab"]["ran"]
    assert summary["lab"]["routers"] == summary["nodes"] > 100
    assert all(pair["measured"]["path_proven"] for pair in summary["pairs"])
    assert all(pair["measured"]["forward"]["lost"] == 0 for pair in summary["pairs"])


@pytest.mark.usefixtures("checkout")
def test_the_page_of_the_lab_boots_and_runs_a_campaign() -> None:
    scope: dict[str, object] = {}
    first, second = blocks("python", "docs/lab.md")
    exec(first, scope)
    assert scope["measured"].path_proven(scope["there"], scope["back"])
    exec(second, scope)
    run = scope["run"]
    assert (run.interrupted, run.error) == (False, None)
    assert [pair.path_proven for pair in run.results.measured.values()] == [True]
    assert len(run.samples["qingpu-dc", "wuhu-dc"]) == 50
    written = {"plan.json", "samples.csv", "summary.json", "report.html", "configs", MANIFEST}
    assert {path.name for path in Path("out/pair").iterdir()} - {"attempts"} == written


def test_campaigns_that_ship_begin_as_what_runs_by_itself() -> None:
    assert {one.read_text().splitlines()[0] for one in SHIPPED} == {FIRST_LINE}
    assert FIRST_LINE.startswith("#!")
    assert all(os.access(one, os.X_OK) for one in SHIPPED)


def test_the_figures_of_a_small_loop_that_runs_by_itself(campaign: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run([campaign, "--out", out], env=ENVIRONMENT, check=True, timeout=300)
    summary = json.loads((out / "summary.json").read_text())
    assert summary["lab"]["ran"]
    for pair in summary["pairs"]:
        for way in (pair["measured"]["forward"], pair["measured"]["backward"]):
            assert way["sent"] == 20
            assert way["certified"] == way["traced"] == 20 - way["lost"]
            # By minimum: what a busy machine adds is not the network's.
            assert way["planned_owd_ms"] - 0.1 <= way["min_ms"] <= way["planned_owd_ms"] + 0.3
            ledger = way["ledger"]
            assert ledger["contradictions"] == []
            assert ledger["planned_ms"] <= ledger["certified_ms"] == way["planned_owd_ms"]
            assert ledger["planned_ms"] - 0.3 <= ledger["true_ms"] <= ledger["measured_ms"] + 0.01
            assert (ledger["probes"], ledger["clock_uncertainty_ms"]) == (20 - way["lost"], 0)
    assert (summary["ledger"]["directions"], summary["ledger"]["contradicted"]) == (4, 0)
    samples = (out / "samples.csv").read_text().splitlines()
    assert len(samples) == 1 + 2 * 20
    assert len(list((out / "configs").iterdir())) == 2 * summary["nodes"]


def test_a_campaign_over_tables_of_another_igp(campaign: Path, tmp_path: Path) -> None:
    command = ["netkit", "lab", "run", campaign, "--out", tmp_path, "--igp", "staged"]
    subprocess.run(command, env=ENVIRONMENT, check=True, timeout=300)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["lab"]["igp"] == "staged"
    assert all(pair["measured"]["path_proven"] for pair in summary["pairs"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_whatever_ends_it(number: int, campaign: Path, tmp_path: Path) -> None:
    text = campaign.read_text().replace("count: 20", "count: 2000")
    campaign.write_text(text)
    out = tmp_path / "out"
    terminal, slave = pty.openpty()
    process = subprocess.Popen(
        ["netkit", "lab", "run", campaign, "--out", out], env=ENVIRONMENT, stderr=slave
    )
    os.close(slave)
    heard(terminal, b"measuring")
    process.send_signal(number)
    process.wait(timeout=300)
    os.close(terminal)
    assert process.returncode == (3 if number != signal.SIGKILL else -signal.SIGKILL)
    assert json.loads(left_over())["clean"]
    mark = f"NETKIT_LAB={process.pid}-".encode()
    owned = [e for e in Path("/proc").glob("[0-9]*/environ") if mark in _read(e)]
    assert not owned
    if number != signal.SIGKILL:
        assert json.loads((out / "summary.json").read_text())["lab"]["ran"]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
