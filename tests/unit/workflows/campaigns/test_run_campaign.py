"""A campaign from Python in one call; here without the lab, which tests/lab boots."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.api import Campaign, PlanOptions, load_topology, plan, run_campaign
from netkit.errors import ExitCode, InputError, PrivilegeError
from netkit.store.manifest import MANIFEST
from netkit.workflows.campaigns import loop as campaign

REGION = ROOT / "topologies" / "lab-region.yaml"
PAIR = ("qingpu-dc", "wuhu-dc")
CAMPAIGN = Campaign("pair", REGION, (PAIR,))


def test_what_needs_no_lab_is_done_and_written(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    run = run_campaign(CAMPAIGN, out=tmp_path, lab=False, progress=lambda *step: steps.append(step))
    assert steps == [("planning", done, 2) for done in range(3)]
    assert set(run.results.plan.pair) == {PAIR, PAIR[::-1]}
    assert (run.exit_code, run.interrupted, run.error, run.samples) == (
        ExitCode.OK, False, None, {},
    )  # fmt: skip
    assert run.results.lab.skipped_because == "the plan alone was asked for"
    written = {"plan.json", "summary.json", "report.html", "configs"}
    assert {path.name for path in tmp_path.iterdir()} == written | {MANIFEST}
    assert json.loads((tmp_path / "summary.json").read_text())["pairs"][0]["measured"] is None
    assert len(list((tmp_path / "configs").iterdir())) == 2 * len(
        load_topology(REGION).active_nodes
    )


def test_nothing_is_written_unless_it_is_said_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_campaign(CAMPAIGN, lab=False)
    assert not list(tmp_path.iterdir())


def test_a_campaign_of_no_file_is_refused_by_its_name() -> None:
    wrong = Campaign("odd", REGION, (("qingpu-dc", "nowhere"),))
    with pytest.raises(InputError, match=r"^campaign: unknown node: nowhere"):
        run_campaign(wrong, lab=False)


def test_options_of_a_plan_are_one_value_and_may_be_given_one_by_one() -> None:
    topology = load_topology(REGION)
    asked = PlanOptions(max_sids=2, backups=False)
    assert plan(topology, [PAIR], asked) == plan(topology, [PAIR], max_sids=2, backups=False)
    assert plan(topology, [PAIR], asked, backups=True).pairs[0].backup is not None
    with pytest.raises(TypeError, match="max_sid"):
        plan(topology, [PAIR], max_sid=2)


def test_a_machine_without_the_extra_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "require_lab", lambda: None)
    monkeypatch.setattr(campaign, "_PACKAGES", ("json", "no_such_package"))
    run = run_campaign(CAMPAIGN)
    assert run.results.lab.skipped_because == "Python has no no_such_package"
    assert run.results.lab.remedy == "pip install 'netkit-srv6[lab]'"
    assert (run.results.measured, run.exit_code) == ({}, ExitCode.OK)


def test_nobody_but_root_gets_the_plan_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PrivilegeError("no")

    monkeypatch.setattr(campaign, "require_lab", refuse)
    run = run_campaign(CAMPAIGN)
    assert run.results.lab.remedy == "sudo with the same command"
    assert run.results.plan.pair[PAIR].primary is not None


def test_results_of_another_campaign_are_not_replaced(tmp_path: Path) -> None:
    run_campaign(CAMPAIGN, out=tmp_path, lab=False)
    kept = (tmp_path / "plan.json").read_bytes()
    metro = ROOT / "topologies" / "lab-metro.yaml"
    for other in (replace(CAMPAIGN, name="pears"), replace(CAMPAIGN, topology=metro)):
        with pytest.raises(InputError, match=r"holds measurements of pair .*write to another"):
            run_campaign(other, out=tmp_path, lab=False)
    assert (tmp_path / "plan.json").read_bytes() == kept
    run_campaign(replace(CAMPAIGN, count=7), out=tmp_path, lab=False)  # the same, edited


def test_each_campaign_has_a_folder_of_its_own_unless_told_otherwise(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(
            f"name: same\ntopology: {REGION}\n"
            f"measure: [{{pairs: [{{src: {PAIR[0]}, dst: {PAIR[1]}}}]}}]\n"
        )
        done = netkit("lab", "run", f"{name}.yaml", "--no-lab", cwd=tmp_path)
        assert done.returncode == ExitCode.OK, done.stderr
        assert (tmp_path / "out" / name / "plan.json").is_file()
    into = ("--no-lab", "-o", "out/one")
    refused = netkit("lab", "run", "two.yaml", *into, cwd=tmp_path)
    assert refused.returncode == ExitCode.UNKNOWN
    assert "holds measurements of same (one.yaml, lab-region.yaml), not" in refused.stderr


def test_configurations_of_another_network_are_not_replaced(tmp_path: Path) -> None:
    for name, code in (
        ("region", ExitCode.OK),
        ("metro", ExitCode.UNKNOWN),
        ("region", ExitCode.OK),
    ):
        file = ROOT / "topologies" / f"lab-{name}.yaml"
        done = netkit("emit", file, "-o", tmp_path / "out")
        assert done.returncode == code, done.stderr
        assert code == ExitCode.OK or "holds configurations of lab-region, not" in done.stderr
