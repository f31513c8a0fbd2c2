"""A campaign as the job of a guest: which files go along, and what is run there."""

from __future__ import annotations

import shlex

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.lab.vm.job import SOURCE
from netkit.workflows.campaigns.lab_campaign import load_campaigns
from netkit.workflows.labs.vm import campaign_job, requirements

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
