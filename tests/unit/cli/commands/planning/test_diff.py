"""``netkit diff``: whatever describes the same routers is the same, and what was changed shows."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.emit.targets import TARGETS

METRO = str(ROOT / "topologies" / "lab-metro.yaml")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan and its configurations, for Linux and as JSON."""
    folder = tmp_path_factory.mktemp("made")
    for target in ("linux", "json"):
        netkit("emit", METRO, "--target", target, "-o", str(folder / target))
    netkit("plan", METRO, "-o", str(folder / "plan.json"))
    return folder


@pytest.fixture(scope="module")
def plan_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str]], Path]:
    """The file of the plan with these options, made once."""
    folder = tmp_path_factory.mktemp("plans")

    def made_once(kind: list[str]) -> Path:
        file = folder / f"{''.join(kind)}.json"
        if not file.exists():
            netkit("plan", METRO, *kind, "-o", str(file))
        return file

    return made_once


def diff(*words: object, code: int = 0):
    done = netkit("diff", *map(str, words), width=400)
    assert done.returncode == code, done.stderr
    return done


@pytest.mark.parametrize("new", ["linux", "json", "plan.json", "topology"])
@pytest.mark.parametrize("old", ["linux", "json", "plan.json"])
def test_descriptions_of_one_plan_are_the_same(made: Path, old: str, new: str) -> None:
    done = diff(made / old, METRO if new == "topology" else made / new)
    assert "no difference in 5 routers" in done.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_files_of_every_target_are_the_same_as_their_plan(target: str, tmp_path: Path) -> None:
    compared = 0
    for kind in ([], ["--usid"]):
        folder = tmp_path / "".join(["made", *kind])
        words = ["--target", target, *kind]
        if netkit("emit", METRO, *words, "--sids-by-hand", "-o", str(folder)).returncode == 0:
            compared += 1
            assert "no difference in 5 routers" in diff(METRO, folder, *kind).stdout
            assert "no difference in 5 routers" in diff(folder, METRO, *words).stdout
    assert compared


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", [[], ["--usid"], ["--protect", "--alternatives", "2"]])
def test_a_plan_is_the_same_as_its_files_of_every_target(
    kind: list[str], target: str, tmp_path: Path, plan_of: Callable[[list[str]], Path]
) -> None:
    plan, folder = plan_of(kind), tmp_path / "files"
    words = ["--target", target, "--sids-by-hand", "-o", folder]
    emitted = netkit("emit", METRO, *kind, *map(str, words))
    if emitted.returncode:
        assert "expected" in emitted.stderr  # a limit: no classic SIDs, or no uSIDs
        return
    if target == "sonic":
        told = diff(plan, folder, "--topology", METRO, code=3).stderr
        assert "it says policies, and files of sonic have none. Compare them with" in told
        return
    done = diff(plan, folder, "--topology", METRO)
    assert "no difference in 5 routers" in done.stdout
    assert "no difference in 5 routers" in diff(folder, plan, "--topology", METRO).stdout
    changed = tmp_path / "changed.json"
    document = json.loads(plan.read_text())
    own = next(one for one in document["pairs"] if one["policy"] and one["policy"]["steering"])
    own["candidates"][0]["segment_lists"][0]["sids"].insert(0, other_sid(document))
    changed.write_text(json.dumps(document))
    told = diff(changed, folder, "--topology", METRO, code=1).stdout
    assert re.search(r"~ policy .*: segments", told)


def other_sid(document: dict) -> str:
    """The uN or the End of a node, to lengthen a list with."""
    lists = (pair["candidates"][0]["segment_lists"][0] for pair in document["pairs"])
    return next(one["sids"][0] for one in lists if len(one["sids"]) > 1 or "d046" in one["sids"][0])


def edited(made: Path, tmp_path: Path, form: str, put: str) -> Path:
    """The Linux folder with one line of xidan's file changed."""
    copy = tmp_path / "edited"
    shutil.copytree(made / "linux", copy)
    file = copy / "xidan.ip"
    text, count = re.subn(form, put, file.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    file.write_text(text)
    return copy


def test_segments_in_another_order_are_told(made: Path, tmp_path: Path) -> None:
    copy = edited(made, tmp_path, r"segs ([0-9a-f:]+),([0-9a-f:]+) ", r"segs \2,\1 ")
    done = diff(made / "linux", copy, code=1)
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert re.match(r"  ~ policy to-.*, preference \d+: segments: (\S+), (\S+) -> \2, \1$", told)
    assert "1 router differs, of 5" in done.stdout
    assert "they differ" in done.stderr
    found = json.loads(diff(made / "linux", copy, "--json", code=1).stdout)
    (router,) = found["routers"]
    (change,) = router["changes"]
    assert (router["router"], change["field"]) == ("xidan", "segments")
    assert [one["sid"] for one in change["old"]] == [one["sid"] for one in change["new"]][::-1]
    assert len(found["unchanged"]) == 4


def test_a_missing_router_and_a_missing_sid(made: Path, tmp_path: Path) -> None:
    end = r"^route add 5f00\S+/64 encap seg6local action End dev sr0[^\n]*\n"
    copy = edited(made, tmp_path, end, "")
    (copy / "haidian.ip").unlink()
    (copy / "haidian.nft").unlink()
    done = diff(made / "json", copy, code=1)
    assert "- router haidian" in done.stdout
    assert "  - SID 5f00:0:1:1::/64: End" in done.stdout


def test_foreign_statements_are_kept_and_said(made: Path, tmp_path: Path) -> None:
    copy = edited(made, tmp_path, r"\Z", "addr add 2001:db8::1/64 dev lo\n")
    done = diff(made / "linux", copy)
    assert "xidan: 1 foreign statement, the first in line" in done.stderr
    assert "addr add 2001:db8::1/64 dev lo" in done.stderr


def test_what_is_not_understood_is_told_with_its_line(made: Path, tmp_path: Path) -> None:
    copy = edited(made, tmp_path, r"^link set sr0 up$", "set system services")
    done = diff(made / "linux", copy, code=3)
    assert f"{copy}/xidan.ip:3: not input of `ip -batch`: set system services" in done.stderr
    saved = (copy / "xidan.ip").rename(tmp_path / "running.txt")
    done = diff(made / "linux", saved, "--router", "xidan", "--target", "linux", code=3)
    assert f"netkit: {saved}:3: not input of" in done.stderr


def test_a_saved_file_is_compared_with_its_router(made: Path, tmp_path: Path) -> None:
    assert "no difference in 1 router" in diff(made / "linux" / "xidan.ip", made / "json").stdout
    saved = tmp_path / "running.txt"
    shutil.copy(made / "linux" / "xidan.ip", saved)
    assert "Say whose it is with --router" in diff(METRO, saved, code=3).stderr
    assert "no difference" in diff(METRO, saved, "--router", "xidan").stdout
    assert "no difference" in diff(METRO, saved, "--router", "xidan", "--target", "linux").stdout
    assert "they differ" in diff(METRO, saved, "--router", "haidian", code=1).stderr
    assert "no such router" in diff(METRO, saved, "--router", "nobody", code=3).stderr
    meant = diff(METRO, saved, "--router", "haidan", code=3).stderr
    assert "no such router: haidan. Did you mean 'haidian'?\n" in meant


def test_the_router_of_a_folder_is_not_to_be_named(made: Path) -> None:
    done = diff(made / "linux", made / "json", "--router", "xidan", code=3)
    assert "--router: xidan; expected a single saved file beside it" in done.stderr


def test_a_file_of_another_platform_is_refused_with_a_hint(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(made / "json" / "xidan.json", copy / "xidan.ip")
    done = diff(copy, METRO, code=3)
    assert "It looks like json" in done.stderr
    (copy / "xidan.ip").rename(copy / "xidan.odd")
    assert "a file of no target" in diff(copy, METRO, code=3).stderr


def test_a_plan_without_policies_of_its_own_is_told(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text('{"schema": "netkit/plan/1", "pairs": [{"src": "a"}]}')
    assert "pairs[0]: no policy can be read" in diff(file, METRO, code=3).stderr


def test_a_plan_alone_says_too_little_of_vendors_files(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    netkit("emit", METRO, "--target", "huawei", "--sids-by-hand", "-o", str(folder))
    told = diff(made / "plan.json", folder, code=3).stderr
    assert "it says too little to be compared with files of huawei" in told
    assert "Give the topology that was planned on with --topology" in told
    other = str(ROOT / "topologies" / "lab-region.yaml")
    told = diff(made / "plan.json", folder, "--topology", other, code=3).stderr
    assert "it was planned on another topology: lab-region; expected lab-metro" in told
    document = json.loads((made / "plan.json").read_text())
    sids = next(one for one in document["pairs"] if one["candidates"])
    sids["candidates"][0]["segment_lists"][0]["sids"][0] = "2001:db8::1"
    (tmp_path / "plan.json").write_text(json.dumps(document))
    told = diff(tmp_path / "plan.json", folder, "--topology", METRO, code=3).stderr
    assert "2001:db8::1: no router of the topology has its locator" in told
