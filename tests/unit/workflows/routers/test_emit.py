"""Several targets of one plan: as each alone, all refusals first, and nobody's files touched."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from goldens import ROOT
from interrupted_moves import interrupted_at_moves

from netkit.api import load_topology
from netkit.emit.limits import CLASSIC_SIDS, USIDS
from netkit.emit.targets import TARGETS
from netkit.errors import InputError
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.store.manifest import MANIFEST
from netkit.workflows.routers.emit import emit

CLASSIC, PACKED = PlanOptions(joint=False), PlanOptions(joint=False, usid=True)


@pytest.fixture(scope="module")
def metro() -> DemandSet:
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    demands = tier_demands(topology, permutations(topology.node, 2), PROFILES["2023"])
    return DemandSet(topology, demands, PROFILES["2023"])


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def test_all_targets_together_are_those_of_single_runs(metro: DemandSet, tmp_path: Path) -> None:
    together = emit(metro, CLASSIC, tmp_path / "all", ["all"], sids_by_hand=True)
    assert [one.target for one in together.made] == list(TARGETS)
    kinds = {one.target: one.kind for one in together.made}
    assert {name for name, kind in kinds.items() if kind == USIDS} == {"frr", "iosxr", "sonic"}
    for name in TARGETS:
        options = CLASSIC if kinds[name] is None else PACKED
        alone = tmp_path / name
        emit(metro, options, alone, [name], sids_by_hand=True)
        assert content(alone) == content(tmp_path / "all" / name)
        assert MANIFEST in content(alone)
    before = content(tmp_path / "all")
    emit(metro, CLASSIC, tmp_path / "all", ["all"], sids_by_hand=True)
    assert content(tmp_path / "all") == before


def test_a_folder_says_of_which_plan_and_topology_its_files_are(
    metro: DemandSet, tmp_path: Path
) -> None:
    emit(metro, PACKED, tmp_path, ["linux", "frr"], sids_by_hand=True, topology_digest="sha256:0")
    told = [
        json.loads((tmp_path / name / MANIFEST).read_text())["made_from"]
        for name in ("linux", "frr")
    ]  # fmt: skip
    assert [one["topology_digest"] for one in told] == ["sha256:0"] * 2
    assert told[0]["topology"] == "lab-metro"
    assert told[0]["plan"] == told[1]["plan"]
    assert told[0]["plan"].startswith("sha256:")


def test_over_usids_those_that_take_none_get_classic_sids(metro: DemandSet, tmp_path: Path) -> None:
    together = emit(metro, PACKED, tmp_path, ["all"], sids_by_hand=True)
    kinds = {one.target: one.kind for one in together.made}
    assert {name for name, kind in kinds.items() if kind == CLASSIC_SIDS} == {"huawei"}
    assert set(kinds.values()) == {None, CLASSIC_SIDS}


def test_a_target_that_takes_no_plan_is_left_out_of_all_and_its_last_files_go(
    metro: DemandSet, tmp_path: Path
) -> None:
    emit(metro, PACKED, tmp_path, ["frr", "json"], sids_by_hand=True)
    assert len(content(tmp_path / "frr")) == 6
    (tmp_path / "frr" / "note").write_text("mine")
    made = emit(metro, PACKED, tmp_path, ["all"])
    assert [one.target for one in made.refused] == [
        "frr", "ietf", "iosxr", "junos", "sros",
    ]  # fmt: skip
    assert all(one.problems for one in made.refused)
    assert set(content(tmp_path / "frr")) == {MANIFEST, "note"}
    assert len(content(tmp_path / "json")) == 6


def test_refusals_of_all_named_targets_come_at_once_and_nothing_is_written(
    metro: DemandSet, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as refused:
        emit(metro, CLASSIC, tmp_path, ["linux", "frr", "iosxr"])
    said = {problem.what.split(": ")[0] for problem in refused.value.problems}
    routers = [node.name for node in metro.topology.active_nodes]
    assert said == {f"{name} ({target})" for name in routers for target in ("frr", "iosxr")}
    assert content(tmp_path) == {}


def test_what_is_in_the_way_of_any_target_is_told_before_the_work(
    metro: DemandSet, tmp_path: Path
) -> None:
    for name in ("linux/xidan.ip", "json/xidan.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("mine")
    planned: list[str] = []
    with pytest.raises(InputError) as refused:
        emit(
            metro, CLASSIC, tmp_path, ["linux", "junos", "json"],
            lambda what, *_: planned.append(what),
        )  # fmt: skip
    assert [Path(str(one.file)).name for one in refused.value.problems] == [
        "xidan.json", "xidan.ip",
    ]  # fmt: skip
    assert planned == []
    assert content(tmp_path) == {"json/xidan.json": b"mine", "linux/xidan.ip": b"mine"}


def test_one_target_named_twice_is_one(metro: DemandSet, tmp_path: Path) -> None:
    made = emit(metro, CLASSIC, tmp_path, ["json", "json"])
    assert [one.folder for one in made.made] == [tmp_path]
    assert json.loads((tmp_path / "xidan.json").read_text())["router"] == "xidan"


def test_every_misspelt_target_is_told(metro: DemandSet, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        emit(metro, CLASSIC, tmp_path / "new", ["linx", "json", "ALL", "frr,linux"])
    assert {one.value: one.remedy for one in refused.value.problems} == {
        "linx": "Did you mean 'linux'?",
        "ALL": "Did you mean 'all'?",
        "frr,linux": "Say it once for each: --target frr --target linux",
    }
    assert not (tmp_path / "new").exists()


def test_on_a_full_disk_no_target_is_replaced(
    metro: DemandSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up with the manifest of the second of them."""
    emit(metro, CLASSIC, tmp_path, ["json", "linux", "junos"])
    before = content(tmp_path)
    fsync, sealed = os.fsync, []

    def full(descriptor: int) -> None:
        sealed.append(descriptor)
        if len(sealed) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    fewer = replace(metro, demands=metro.demands[:3])
    with pytest.raises(OSError, match="No space left") as failed:
        emit(fewer, CLASSIC, tmp_path, ["json", "linux", "junos"])
    assert failed.value.filename == str(tmp_path / "linux")
    assert content(tmp_path) == before


def test_what_the_planner_does_not_take_is_told_once(metro: DemandSet, tmp_path: Path) -> None:
    """uSIDs and binding SIDs do not go together: over classic SIDs alone there are binding SIDs."""
    bound = replace(CLASSIC, binding_sids=True)
    with pytest.raises(InputError) as refused:
        emit(metro, replace(bound, usid=True), tmp_path, ["all"])
    assert len(refused.value.problems) == 1
    made = emit(metro, bound, tmp_path, ["all"])
    why = {one.target: one.problems for one in made.refused}
    assert set(why) >= {"frr", "iosxr", "sonic"}
    assert why["frr"] == refused.value.problems


def test_ctrl_c_among_the_moves_leaves_all_folders_of_one_plan(
    metro: DemandSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets = ["linux", "frr"]
    emit(metro, PACKED, tmp_path, targets, sids_by_hand=True, topology_digest="sha256:0")
    with monkeypatch.context() as patch:
        interrupted_at_moves(patch, lambda to: to.name == MANIFEST)
        with pytest.raises(KeyboardInterrupt):
            emit(metro, PACKED, tmp_path, targets, sids_by_hand=True, topology_digest="sha256:1")
    told = [json.loads((tmp_path / name / MANIFEST).read_text())["made_from"] for name in targets]
    assert [one["topology_digest"] for one in told] == ["sha256:1"] * 2
