"""A campaign as the job of a guest: which files go along, and what is run there."""

from __future__ import annotations

import io
import os
import shlex
import tarfile
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.errors import InputError
from netkit.lab.vm.guest import CONSOLE, Outcome, require_place
from netkit.lab.vm.job import SOURCE, Job, unpack
from netkit.language.chosen import Language, in_language
from netkit.workflows.campaigns.lab_campaign import load_campaigns
from netkit.workflows.labs.vm import campaign_job, requirements, run_campaign

REGION = ROOT / "topologies" / "lab-region.yaml"
CAMPAIGN = """
name: small
topology: nets/missing.yaml
measure:
  - pairs: [{src: qingpu-dc, dst: wuhu-dc}]
"""


@pytest.fixture
def campaign(tmp_path):
    (tmp_path / "small.yaml").write_text(CAMPAIGN)
    return tmp_path / "small.yaml"


def test_a_campaign_may_run_on_another_topology_than_its_own(campaign):
    (found,) = load_campaigns([campaign], REGION)
    assert (found.topology, found.pairs) == (REGION, (("qingpu-dc", "wuhu-dc"),))
    with pytest.raises(InputError, match="missing"):
        load_campaigns([campaign])


def test_files_keep_their_places_and_the_command_names_them(campaign):
    job = campaign_job(campaign, ["lab", "run", campaign, "--topology", REGION, "a b"])
    for file in (campaign, REGION):
        assert job.trees[f"files{file.resolve()}"] == file
    assert job.trees[f"{SOURCE}/netkit"] == ROOT / "netkit"
    words = shlex.split(job.script.partition(">")[0])
    assert words[:3] == ["netkit", "lab", "run"]
    assert f"/job/files{campaign.resolve()}" in words
    assert words[words.index("--topology") + 1] == f"/job/files{REGION.resolve()}"
    assert words[-1] == "a b"


def test_the_topology_that_a_campaign_names_goes_along(campaign):
    (campaign.parent / "nets").mkdir()
    own = campaign.parent / "nets" / "missing.yaml"
    own.write_text(REGION.read_text())
    job = campaign_job(campaign, ["lab", "run", campaign])
    assert f"files{own.resolve()}" in job.trees


def test_a_guest_gets_packages_by_the_lock():
    wanted = requirements(("pytest",))
    names = [entry.partition("==")[0] for entry in wanted]
    assert {"mininet", "pyroute2", "typer", "pytest", "pluggy"} <= set(names)
    assert not {"mypy", "pandas", "duckdb"} & set(names)
    assert all("--hash=sha256:" in entry for entry in wanted)


def test_files_behind_links_are_called_by_the_names_that_others_know(tmp_path):
    """A topology is often a link to the newest of several."""
    (tmp_path / "nets").mkdir()
    (tmp_path / "of-november.yaml").write_text(REGION.read_text())
    (tmp_path / "nets" / "missing.yaml").symlink_to(tmp_path / "of-november.yaml")
    (tmp_path / "real.yaml").write_text(CAMPAIGN)
    campaign = tmp_path / "nets" / ".." / "small.yaml"
    (tmp_path / "small.yaml").symlink_to("real.yaml")
    job = campaign_job(campaign, ["lab", "run", campaign])
    assert {f"files{tmp_path}/small.yaml", f"files{tmp_path}/nets/missing.yaml"} < job.trees.keys()
    assert f"/job/files{tmp_path}/small.yaml" in shlex.split(job.script)


def test_what_is_no_file_cannot_be_taken_along(campaign, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "nowhere.yaml", "."):
        with pytest.raises(InputError, match="cannot be taken into a guest"):
            campaign_job(campaign, ["lab", "run", campaign, "--topology", tmp_path / name])


def test_a_guest_speaks_the_language_that_is_spoken_here(campaign):
    words = ["lab", "run", campaign]
    english, chinese = (in_language(one, campaign_job, campaign, words) for one in Language)
    assert chinese.script == f"LC_MESSAGES=zh_CN.UTF-8 {english.script}"


@pytest.fixture
def no_guest(monkeypatch):
    """Nothing is to come so far that a guest is made."""
    monkeypatch.setattr("netkit.workflows.labs.vm.run_in_guest", lambda *_: pytest.fail("a guest"))


@pytest.mark.usefixtures("no_guest")
def test_what_is_wrong_with_the_files_is_said_before_anything_is_made(campaign, tmp_path):
    said = netkit("lab", "vm", campaign, cwd=tmp_path)
    assert (said.returncode, "nets/missing.yaml" in said.stderr) == (3, True)
    said = netkit("lab", "vm", tmp_path / "nowhere.yaml", campaign, cwd=tmp_path)
    assert (said.returncode, "nowhere.yaml" in said.stderr) == (3, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_guest")
def test_results_go_over_no_file_that_no_guest_has_written(campaign, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "log").write_text("dear diary")
    said = netkit("lab", "vm", REGION, campaign, "-o", tmp_path / "mine")
    assert (said.returncode, "not of a guest" in said.stderr) == (3, True)
    assert (tmp_path / "mine" / "log").read_text() == "dear diary"
    with pytest.raises(InputError, match="cannot write here"):
        require_place(campaign)
    (tmp_path / "mine" / CONSOLE).touch()
    for place in (tmp_path / "mine", tmp_path / "new", (tmp_path / "empty")):
        require_place(place)


def test_the_limit_is_a_duration(campaign, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = []

    def guest(_job, options, folder, *_):
        seen.append((options.limit_s, folder))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results").write_text("said\n")
        return Outcome(2, 1.0)

    monkeypatch.setattr("netkit.workflows.labs.vm.run_in_guest", guest)
    done = netkit("lab", "vm", REGION, campaign, "--limit", "20m", cwd=tmp_path)
    assert (done.returncode, done.stdout, seen) == (2, "said\n", [(1200, Path("out/vm-small"))])
    assert "1s to" in netkit("lab", "vm", REGION, campaign, "--limit", "0", cwd=tmp_path).stderr


def guest_that_writes(monkeypatch, *names):
    """Instead of a guest, what one unpacks whose job wrote these files."""

    def guest(_job, _options, folder, _more, _said, _tell, place_of):
        disk = folder.parent / "disk"
        with tarfile.open(disk, "w") as archive:
            for name, text in {"status": "0", **dict.fromkeys(names, "new")}.items():
                member = tarfile.TarInfo(name if name == "status" else f"out/{name}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
        return Outcome(unpack(disk, folder, place_of), 1.0)

    monkeypatch.setattr("netkit.workflows.labs.vm.run_in_guest", guest)


def test_what_a_run_in_a_guest_leaves_is_that_of_the_last_one(tmp_path, monkeypatch):
    """A configuration of a router that has gone since would be taken for one of this run."""
    out, asked = tmp_path / "out", (Job("true"), None)

    def left():
        return {str(one.relative_to(out)) for one in out.rglob("*") if one.is_file()}

    def run(of, *names):
        guest_that_writes(monkeypatch, *names)
        return run_campaign(*asked, out, of, print, print).status

    both = {"results", "run/samples.csv", "run/.netkit-manifest.json"}
    assert run("a", *both, "run/configs/gone.conf") == 0
    assert left() == both | {"run/configs/gone.conf"}
    (out / "run" / "mine.txt").write_text("a note")
    assert run("a", *both, "run/configs/new.conf") == 0
    assert left() == both | {"run/configs/new.conf", "run/mine.txt"}
    assert run("a", "results", "run/plan.json") == 0
    assert left() == {*both, "run/configs/new.conf", "run/mine.txt", "run/incomplete/plan.json"}
    with pytest.raises(InputError, match="holds measurements of a, not measurements of b"):
        run("b", *both)
