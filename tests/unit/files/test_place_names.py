"""Chinese names of places, both ways."""

from goldens import ROOT

from netkit import api
from netkit.files.native.topology import load_topology
from netkit.files.place_names import NameKind, also_called, by_other_names
from netkit.files.tier_profiles import read_profile
from netkit.model.planning.demand import Constraints

NATIONAL = load_topology(ROOT / "topologies" / "east-data-west-compute.yaml")
REGION = load_topology(ROOT / "topologies" / "lab-region.yaml")


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


def test_exceptions_between_places_in_chinese(tmp_path):
    path = tmp_path / "tiers.yaml"
    path.write_text(
        "netkit: tiers/1\nname: own\nsource: x\nbasis: one-way\ntiers:\n  city: {bound_ms: 1}\n"
        "  region: {bound_ms: 5}\n  national: {bound_ms: 20}\n"
        "exceptions:\n  - {between: [上海, 南京市], bound_ms: 2.5}\n",
        encoding="utf-8",
    )
    node = REGION.node
    tier = read_profile(path).tier_for(node["shanghai"], node["nanjing"])
    assert tier.bound_us == 2_500
