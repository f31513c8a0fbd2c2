"""Tier profiles of the user's own: what they say, where they are taken, what is wrong in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command import netkit
from goldens import GOLDEN, ROOT, check_golden

from netkit import api
from netkit.errors import InputError
from netkit.files.campaigns.campaign import read_campaign
from netkit.files.tier_profiles import profile_named, read_profile
from netkit.model.network.elements import Node, Role
from netkit.model.planning.tier import PROFILES, Scope, Tier

METRO = ROOT / "topologies" / "lab-metro.yaml"
REGION = ROOT / "topologies" / "lab-region.yaml"
GOOD = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "tiers.md").read_text(), re.DOTALL)
FOLDER = GOLDEN / "errors" / "tiers"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    assert GOOD is not None
    path = tmp_path / "own.yaml"
    path.write_text(GOOD[1])
    return path


def node(name: str, place: str | None = None, hub: str | None = None) -> Node:
    return Node(name, Role.CITY, 1, place=place, hub=hub)


def test_the_documented_file(own: Path) -> None:
    profile = read_profile(own)
    assert profile == profile_named(own.name, folder=own.parent)
    assert profile.tiers == {
        Scope.CITY: Tier("1ms", 1_000),
        Scope.REGION: Tier("gold", 3_000),
        Scope.NATIONAL: Tier("1.5x", stretch=1.5),
    }
    west, gba = node("a", hub="Guizhou"), node("b", hub="Guangdong-HongKong-Macao GBA")
    assert profile.tier_for(west, gba) == profile.tier_for(gba, west) == Tier("west", 12_000)
    beijing, near = node("c", "Beijing", "north"), node("d", "Zhangjiakou", "north")
    assert profile.tier_for(beijing, near) == Tier("1.5ms", 1_500)
    assert profile.tier_for(beijing, node("e", "Tianjin", "north")) == Tier("gold", 3_000)
    assert profile.tier_for(beijing, node("f", "Beijing", "north")) == Tier("1ms", 1_000)


def test_names_that_ship_are_names_first() -> None:
    assert [profile_named(name) for name in PROFILES] == list(PROFILES.values())


def test_a_wrong_name_is_told_from_a_file() -> None:
    with pytest.raises(InputError, match=r"2032; expected 2023, .* YAML file.*mean '2023'"):
        profile_named("2032")
    with pytest.raises(InputError, match=r"none\.yaml: cannot read the file"):
        profile_named("none.yaml")


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.yaml")))
def test_messages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(InputError) as caught:
        read_profile(name)
    check_golden(f"errors/tiers/{Path(name).stem}.txt", f"{caught.value}\n")


def test_an_exception_for_nobody_is_an_error(own: Path) -> None:
    with pytest.raises(InputError, match="unknown name in an exception: Guizhou"):
        api.plan(api.load_topology(METRO), [("xidan", "haidian")], profile=own)


def test_campaigns_name_it_relative_to_themselves(own: Path) -> None:
    campaign = own.with_name("campaign.yaml")
    text = (
        "name: a\ntopology: b.yaml\nmeasure: [{pairs: [{src: a, dst: b}]}]\nprofile: ./own.yaml\n"
    )
    campaign.write_text(text)
    assert read_campaign(campaign).profile == read_profile(own)
    own.write_text("netkit: tiers/1\n")
    campaign.write_text(text + "count: 0\n")
    with pytest.raises(InputError) as caught:
        read_campaign(campaign)
    assert {Path(one.file).name for one in caught.value.problems} == {"own.yaml", "campaign.yaml"}


@pytest.mark.parametrize("command", [["plan"], ["plan", "survive"], ["explain"]], ids=" ".join)
def test_commands_take_it(command: list[str], own: Path) -> None:
    own.write_text(own.read_text().partition("exceptions:")[0])
    ends = ["suzhou", "hefei"] if command == ["explain"] else ["--pair", "suzhou:hefei"]
    arguments = [*command, REGION, *ends, "--profile", own, "--json"]
    found = json.loads(netkit(*arguments).stdout)
    assert found["profile"] == "metro-sla"
    assert all(pair["bound_ms"] == 3 for pair in found["pairs"] if "bound_ms" in pair)
