"""Chinese names of places, both ways."""

from pathlib import Path

import pytest
from goldens import ROOT

from netkit import api
from netkit.errors import LISTED_NODES, InputError
from netkit.files.importers.formats import import_topology
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import load_topology
from netkit.files.place_names import NameKind, also_called, by_other_names, place_meant
from netkit.files.tier_profiles import read_profile
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.planning.tier import tier_demands
from netkit.workflows.plan import demand_set

NATIONAL = load_topology(ROOT / "topologies" / "east-data-west-compute.yaml")
REGION = load_topology(ROOT / "topologies" / "lab-region.yaml")
PROFILE = """\
netkit: tiers/1
name: own
source: x
basis: one-way
tiers:
  city: {bound_ms: 1}
  region: {bound_ms: 5}
  national: {bound_ms: 20}
exceptions:
"""


def test_every_place_and_hub_of_the_shipped_topologies_has_a_chinese_name():
    names = {name for node in NATIONAL.nodes for name in (node.place, node.hub) if name}
    for name in names:
        assert any(not other.isascii() for other in also_called(name, NameKind)), name


def test_names_go_both_ways():
    assert "Beijing" in also_called("北京市")
    assert "北京" in also_called("Beijing")
    assert "Beijing-Tianjin-Hebei" in also_called("京津冀")
    assert also_called("Atlantis") == ()


def test_no_word_is_taken_away_and_none_means_two_things():
    assert by_other_names({"Beijing": 1, "北京": 2})["北京"] == 2
    found = by_other_names({"Guizhou": 1, "Guiyang": 2})
    assert (found["贵州"], found["贵阳"]) == (1, 2)


def test_a_city_a_site_and_a_demand_in_chinese(tmp_path):
    sites, demands = tmp_path / "sites.csv", tmp_path / "demands.csv"
    sites.write_text("site;racks\n和林格尔集群;500\n", encoding="utf-8")
    demands.write_text("city;class;racks\n上海;tolerant;100\n", encoding="utf-8")
    known = api.places(NATIONAL, sites=sites)
    assert known.city("北京") == known.city("北京市") == known.city("Beijing")
    pairing = known.pair_up(demands)
    assert not pairing.unplaced
    assert [one.demand.city.name for one in pairing.assignments] == ["Shanghai"]


def test_a_place_to_avoid_in_chinese():
    def planned(place):
        asked = Constraints(avoid_regions=frozenset({place}))
        return api.plan(REGION, [api.Demand("shanghai", "wuhu-dc", 5_000, constraints=asked)])

    assert planned("南京") == planned("Nanjing")


def bounds(topology: Topology, profile: Path) -> set[int]:
    """Of all pairs of the topology under that profile."""
    names = [node.name for node in topology.nodes]
    pairs = [(a, b) for a in names for b in names if a != b]
    return {one.bound_us for one in tier_demands(topology, pairs, read_profile(profile))}


@pytest.mark.parametrize("between", ["上海, 南京市", "Shanghai, 南京", "Shanghai, Nanjing"])
@pytest.mark.parametrize("chinese", [False, True])
def test_exceptions_between_places_by_either_name(tmp_path: Path, between: str, chinese: bool):
    """Of what an end is called a topology has one name: the others are not unknown for that."""
    path, written = tmp_path / "tiers.yaml", dump_topology(REGION)
    path.write_text(PROFILE + f"  - {{between: [{between}], bound_ms: 2.5}}\n", encoding="utf-8")
    if chinese:
        written = written.replace("Shanghai", "上海").replace("Nanjing", "南京")
    (tmp_path / "region.yaml").write_text(written, encoding="utf-8")
    assert 2_500 in bounds(load_topology(tmp_path / "region.yaml"), path)


def test_a_name_that_nothing_has_is_told_once_with_its_line(tmp_path: Path):
    path = tmp_path / "tiers.yaml"
    path.write_text(PROFILE + "  - {between: [上海, 拉萨], bound_ms: 2.5}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        bounds(REGION, path)
    assert str(caught.value).startswith(f"{path}:10: unknown name in an exception: 拉萨; expected")
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("上每", ["Shanghai", "Nanjing"], "上海"),
        ("芜湖", ["nanjing", "wuhu-dc"], "wuhu-dc"),
        ("Wuhu", ["南京", "芜湖-dc"], "芜湖-dc"),
        ("Nanjng", ["南京", "上海"], "Nanjing"),
        ("Nanjng", ["nanjing", "Nanjing"], "Nanjing"),
        ("哈尔滨", ["Shanghai", "Nanjing"], None),
        ("x", ["上海"], None),
        ("南宁", ["南京", "nanning-dc"], "nanning-dc"),  # another city is one character away
        ("太原", ["太仓", "taiyuan-ct"], "taiyuan-ct"),
        ("Wuhu", ["wuhan", "芜湖-dc"], "芜湖-dc"),
        ("南宁", ["南京"], "南京"),
        ("西安", ["xian-ct", "xining-ct"], "xian-ct"),  # no router has an apostrophe in its name
        ("西安", ["xiangyang-ct", "xian-chinatelecom-01"], "xian-chinatelecom-01"),
        ("西安市", ["xianyang-ct", "xian2"], "xian2"),
        ("雅安", ["yaan-backbone-02", "yantai-ct"], "yaan-backbone-02"),
        ("西安", ["xiangyang-ct", "xianyang-ct"], None),  # which is another city
        ("Xian", ["西安", "西宁"], "西安"),
    ],
)
def test_a_place_is_guessed_by_either_of_its_names(word: str, known: list[str], meant: str | None):
    assert place_meant(word, known) == (None if meant is None else f"Did you mean {meant!r}?")


def test_a_place_without_its_apostrophe_is_the_place():
    """As topologies of other tools have it."""
    for there in ({"Xian": 1}, {"Xi'an": 1}, {"西安": 1}):
        found = by_other_names(there)
        assert {found[name] for name in ("Xian", "Xi'an", "西安", "西安市")} == {1}


@pytest.mark.parametrize("bound_us", [None, 5_000])
def test_all_unknown_ends_of_pairs_are_told_with_the_places_that_may_be_meant(bound_us: int | None):
    imported = import_topology(ROOT / "topologies" / "lab-region.yaml")
    wanted = (("上每", "hefei"), ("nowhere", "shanghia"))
    with pytest.raises(InputError) as caught:
        demand_set(imported, PlanRequest(wanted, bound_us=bound_us))
    assert {one.value: one.remedy for one in caught.value.problems} == {
        "上每": "Did you mean '上海'?",
        "nowhere": LISTED_NODES,
        "shanghia": "Did you mean 'shanghai'?",
    }


def test_a_place_to_avoid_is_guessed_by_the_name_that_was_meant():
    asked = Constraints(avoid_regions=frozenset({"南亰"}))
    with pytest.raises(InputError, match="expected a name in the topology, as 南京"):
        api.plan(REGION, [api.Demand("shanghai", "wuhu-dc", 5_000, constraints=asked)])
