"""``netkit emit``: for one target or for each router's platform; limits before any file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

METRO = ROOT / "topologies" / "lab-metro.yaml"


def emit(file: Path, folder: Path, *words: str, code: int = 0):
    done = netkit("emit", file, "-o", folder, *words, width=400)
    assert done.returncode == code, done.stderr
    return done


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def test_each_router_gets_the_files_of_its_platform(tmp_path: Path) -> None:
    text = METRO.read_text()
    assert text.count("name: xidan,") == 1
    file = tmp_path / "mixed.yaml"
    file.write_text(text.replace("name: xidan,", "name: xidan, platform: huawei/8.22,"))
    done = emit(file, tmp_path / "mixed")
    assert "10 files for 5 routers" in done.stdout
    assert "huawei: left out xidan:" in done.stdout
    assert {"xidan.cfg", "xidan.xml", "haidian.ip", "haidian.nft"} < names(tmp_path / "mixed")
    emit(file, tmp_path / "one", "--target", "json")
    assert {Path(name).suffix for name in names(tmp_path / "one")} == {".json"}


def test_the_document_says_target_and_what_is_left_out(tmp_path: Path) -> None:
    found = json.loads(emit(METRO, tmp_path / "made", "--json").stdout)
    assert len(found["files"]) == 2 * len(found["routers"]) == 10
    assert {one["target"] for one in found["routers"]} == {"linux"}
    assert all(one["left_out"][0]["what"].startswith("STAMP") for one in found["routers"])


def test_what_exceeds_a_limit_is_told_for_all_routers_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    done = emit(METRO, tmp_path / "made", "--target", "frr", code=3)
    for name in ("xidan", "haidian", "changping", "tongzhou", "yizhuang-dc"):
        assert f"{name} (frr): locator algo0: kind of SID: classic; expected uSIDs" in done.stderr
    assert "lab-metro: xidan (frr): " in done.stderr
    assert "Push lists as uSIDs with --usid" in done.stderr
    assert not (tmp_path / "made").exists()
    done = emit(METRO, tmp_path / "made", "--target", "frr", "--usid", code=3)
    assert "FRR 10.3 has no static uA" in done.stderr
    assert "made there by hand with --sids-by-hand" in done.stderr
    assert not (tmp_path / "made").exists()
    emit(METRO, tmp_path / "made", "--target", "frr", "--usid", "--sids-by-hand")
    assert len(names(tmp_path / "made")) == 5


def test_all_says_which_kind_each_takes_and_which_are_left_out(tmp_path: Path) -> None:
    done = emit(METRO, tmp_path, "--target", "all", "--usid", code=1)
    assert f"json: 5 files for 5 routers in {tmp_path}/json\n" in done.stdout
    huawei = f"huawei: 10 files for 5 routers in {tmp_path}/huawei, over classic SIDs: it takes no"
    assert huawei in done.stdout
    assert "frr: not written: tongzhou (frr): policy color 1000" in done.stdout
    assert "; and 1 more reason, which --target frr tells" in done.stdout
    assert done.stderr.splitlines()[-1] == (
        "netkit: not written, as their platforms do not take the plan: "
        "frr, ietf, iosxr, junos, sros"
    )
    assert not names(tmp_path / "frr")
    assert max(map(len, done.stdout.splitlines())) < 500
    shared = [line for line in done.stdout.splitlines() if line.startswith("frr, ")]
    assert shared == [], "what is not written leaves nothing out"


def test_a_reason_that_targets_share_is_told_once(tmp_path: Path) -> None:
    pair = ("--pair", "xidan:yizhuang-dc", "--bound", "1us")
    done = emit(METRO, tmp_path, "--target", "json", "--target", "linux", *pair, code=2)
    reason = [line for line in done.stdout.splitlines() if "no list keeps its bound" in line]
    assert len(reason) == 1
    assert reason[0].startswith("json, linux: left out xidan: policy to-yizhuang-dc-1us: ")
    found = json.loads(
        emit(METRO, tmp_path, "--target", "json", "--target", "linux", "--json").stdout
    )
    assert [one["target"] for one in found["targets"]] == ["json", "linux"]
    assert found["refused"] == []


@pytest.mark.parametrize(
    ("target", "told"), [("linx", "Did you mean 'linux'"), ("vrp", "expected frr or huawei or")]
)
def test_an_unknown_target_is_refused(target: str, told: str, tmp_path: Path) -> None:
    assert told in emit(METRO, tmp_path / "made", "--target", target, code=3).stderr
    assert not (tmp_path / "made").exists()


def test_diff_of_a_folder_of_several_targets_names_theirs(tmp_path: Path) -> None:
    emit(METRO, tmp_path, "--target", "json", "--target", "linux")
    done = netkit("diff", tmp_path, METRO, width=400)
    assert done.returncode == 3
    assert f"{tmp_path}: no configurations" in done.stderr
    assert "Name one of its folders: json, linux" in done.stderr
    assert netkit("diff", tmp_path / "linux", METRO, width=400).returncode == 0


def test_an_empty_word_is_not_the_current_folder(tmp_path: Path) -> None:
    """As of a variable of a shell that is not set; nothing is planned and nothing written."""
    for words in (["-o", ""], ["--out="]):
        done = netkit("emit", METRO, *words, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (3, "")
        assert "--out: ''; expected a folder's name. The current folder is" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert netkit("emit", METRO, "-o", ".", cwd=tmp_path).returncode == 0
    assert "haidian.ip" in names(tmp_path)
