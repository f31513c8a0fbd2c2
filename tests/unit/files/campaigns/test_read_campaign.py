"""Campaign files: what they say, and every message about what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from goldens import ROOT, check_golden

from netkit.errors import InputError
from netkit.files.campaigns.campaign import read_campaign
from netkit.model.measurement.campaign import ClockKind, Site
from netkit.model.measurement.campaign_file import (
    PRIMARY,
    Budget,
    CampaignFile,
    Cover,
    Cross,
    Measurement,
    Mesh,
    Pairs,
    Rings,
    Schedule,
    SiteSet,
)
from netkit.model.planning.tier import PROFILES, Scope

SHORT = """\
#!/usr/bin/env -S netkit lab run
name: metro
topology: ../topologies/lab-metro.yaml
measure:
  - pairs: [{src: a, dst: b}]
"""

FULL = """\
name: metro
description: All of it
topology: topo.yaml
plan: plan.json
profile: "2021"
scope: region
seed: 7
window_s: 10
round_s: 300
budget: {site_pps: 100, site_bps: 1e6, link_pps: 50.5, link_bps: 2000000}
count: 500
interval_ms: 12.5
timeout_ms: 2000
request_bytes: 1400
sites:
  - {name: zw, node: xidan, addresses: ["2001:DB8::0:1", 192.0.2.1, zw.example.net.], port: 8862,
     interface: vrf-probe, clock: free_running, key_file: keys/zw.key}
  - {name: bj, addresses: ["2001:db8::2"]}
  - {name: sh, addresses: [sh.example]}
measure:
  - mesh: all
    name: ef
    spacing: poisson
    dscp: 46
    path: primary
    return_path: ["5f00:0:1:1::", "5f00:0:2:1::"]
    scope: city
  - star: {centre: zw, sites: [bj, sh]}
    count: 3
  - cross: {from: {role: cluster, operator: [ct, cm]}, to: {role: city}}
  - rings: {sites: all, rings: 1}
  - cover: [zw, bj]
  - pairs:
      - {src: zw, dst: bj}
      - {src: bj, dst: zw}
"""

WRONG = """\
name: 12
topologie: x.yaml
profile: "2032"
scope: nation
plan: [a]
window_s: 7
round_s: 0
budget: {site_pps: 0, pps: 3}
count: 0
interval_ms: fast
timeout_ms: -1
request_bytes: 74
seed: 1.5
sites:
  - {name: a b, addresses: ["::1"]}
  - {name: a, node: x, addresses: ["2001:db8::1", 10.0.0.256, -a.b], port: 0, clock: good}
  - {name: b, addresses: ["2001:DB8:0::1"], interface: sixteen-letters-}
  - {name: a, addresses: []}
measure:
  - pairs:
      - {src: a, dst: a}
      - {src: a, dst: b}
      - {src: a, dst: b}
      - {source: a, dst: b}
      - [a, b]
  - pairs: [{src: a, dst: bb}]
  - mesh: every
  - mesh: [a, c]
    star: {centre: a, sites: all}
  - star: {center: a, sites: all}
  - cross: {from: {colour: red}, to: {}}
  - rings: {sites: all, rings: 0}
  - cover: []
  - mesh: all
    path: primry
    return_path: [nowhere, "::1"]
    dscp: 64
    spacing: random
    name: a b
  - {}
pairs: [{src: a, dst: b}]
"""


def test_defaults(tmp_path: Path) -> None:
    path = tmp_path / "metro.yaml"
    path.write_text(SHORT)
    assert read_campaign(path) == CampaignFile(
        "metro", (Measurement(Pairs((("a", "b"),))),), tmp_path / "../topologies/lab-metro.yaml"
    )


def test_every_key(tmp_path: Path) -> None:
    path = tmp_path / "full.yaml"
    path.write_text(FULL)
    usual = Schedule(500, 12_500_000, False, 2_000_000_000, 1400)
    found = read_campaign(path)
    assert found == CampaignFile(
        "metro",
        (
            Measurement(
                Mesh(SiteSet()),
                Schedule(
                    500, 12_500_000, True, 2_000_000_000, 1400, 46, PRIMARY,
                    ("5f00:0:1:1::", "5f00:0:2:1::"),
                ),
                "ef", Scope.CITY,
            ),
            Measurement(
                Cross(SiteSet(("zw",)), SiteSet(("bj", "sh"))),
                Schedule(3, 12_500_000, False, 2_000_000_000, 1400), scope=Scope.REGION,
            ),
            Measurement(
                Cross(
                    SiteSet(attributes={
                        "role": frozenset({"cluster"}), "operator": frozenset({"ct", "cm"}),
                    }),
                    SiteSet(attributes={"role": frozenset({"city"})}),
                ),
                usual, scope=Scope.REGION,
            ),
            Measurement(Rings(SiteSet()), usual, scope=Scope.REGION),
            Measurement(Cover(SiteSet(("zw", "bj"))), usual, scope=Scope.REGION),
            Measurement(Pairs((("zw", "bj"), ("bj", "zw"))), usual, scope=Scope.REGION),
        ),
        tmp_path / "topo.yaml", tmp_path / "plan.json", PROFILES["2021"],
        (
            Site(
                "zw", ("2001:db8::1", "192.0.2.1", "zw.example.net."), "xidan", 8862, "vrf-probe",
                ClockKind.FREE_RUNNING, str(tmp_path / "keys/zw.key"),
            ),
            Site("bj", ("2001:db8::2",)),
            Site("sh", ("sh.example",)),
        ),
        Budget(100, 1e6, 50.5, 2e6), 10_000_000_000, 300_000_000_000, 7, "All of it",
    )  # fmt: skip
    assert found.site_lines == (16, 18, 19)
    assert [one.line for one in found.measurements] == [21, 28, 30, 31, 32, 33]


def test_everything_wrong_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(WRONG)
    with pytest.raises(InputError) as error:
        read_campaign("wrong.yaml")
    check_golden("errors/campaign.txt", f"{error.value}\n")


@pytest.mark.parametrize(
    "text",
    ["name: a\ntopology: b\nmeasure: []\n", "name: a\nmeasure: [{mesh: all}]\n", "", "- a\n",
     "name: [\n", "name: a\ntopology: b\nmeasure: [{pairs: []}]\n"],
)  # fmt: skip
def test_nothing_to_measure_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text(text)
    with pytest.raises(InputError):
        read_campaign(path)
    with pytest.raises(InputError):
        read_campaign(tmp_path / "missing.yaml")


@pytest.mark.parametrize(
    "path", sorted((ROOT / "probes").rglob("*.yaml")), ids=lambda one: one.stem
)
def test_those_that_ship_can_be_read(path: Path) -> None:
    assert read_campaign(path).name == path.stem


@pytest.mark.parametrize("odd", ["\\0", "\\e[2J", "\\x9b2J", "\\x7f"])
@pytest.mark.parametrize("place", ["name", "site", "flow", "interface"])
def test_a_name_that_a_database_or_a_screen_would_not_take_is_none(tmp_path, place, odd):
    """PostgreSQL keeps no NUL: such a window kept all others of its site from being delivered."""
    names = {"name": "c", "site": "a", "flow": "f", "interface": "eth0"}
    names[place] += odd
    file = tmp_path / "c.yaml"
    file.write_text(
        f'name: "{names["name"]}"\nscope: national\nsites:\n'
        f'  - {{name: "{names["site"]}", addresses: ["2001:db8::1"],\n'
        f'     interface: "{names["interface"]}"}}\n'
        '  - {name: b, addresses: ["2001:db8::2"]}\n'
        f'measure:\n  - {{mesh: all, name: "{names["flow"]}"}}\n'
    )
    with pytest.raises(InputError, match=r"(name|interface): "):
        read_campaign(file)


@pytest.mark.parametrize("name", ['"two\\nlines"', "x" * 256])
def test_the_name_of_a_campaign_is_one_line_that_every_database_has_room_for(tmp_path, name):
    file = tmp_path / "c.yaml"
    file.write_text(SHORT.replace("name: metro", f"name: {name}"))
    with pytest.raises(InputError, match="in one line, of at most 255 characters"):
        read_campaign(file)
