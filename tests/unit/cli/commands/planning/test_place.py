"""``netkit place``: tables and documents, exit codes, and every message about a wrong file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import Done, netkit
from goldens import GOLDEN, ROOT, check_golden

from netkit import api
from netkit.errors import ExitCode, InputError
from netkit.files.workload_policy import read_classes, read_regions
from netkit.model.network.topology import Topology
from netkit.model.placement.workload import Part
from netkit.workflows.place import places

TOPOLOGIES = ROOT / "topologies"
NATIONAL = TOPOLOGIES / "east-data-west-compute.yaml"
REGION = TOPOLOGIES / "lab-region.yaml"
OPERATORS = TOPOLOGIES / "lab-two-operators.yaml"
ERRORS = GOLDEN / "errors" / "place"
TABLES = [
    "--demands", str(NATIONAL.with_name("east-data-west-compute-demands.csv")),
    "--sites", str(NATIONAL.with_name("east-data-west-compute-sites.csv")),
]  # fmt: skip


def place(*words: str | Path, width: int = 120) -> Done:
    return netkit("place", *words, width=width)


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("nearest", [OPERATORS], ExitCode.OK),
        ("cities", [NATIONAL, "--workload", "regional"], ExitCode.BREACH),
        ("city", [NATIONAL, "--city", "Beijing", "--workload", "tolerant"], ExitCode.OK),
        ("router", [OPERATORS, "--city", "hangzhou-cm", "--workload", "regional"], ExitCode.OK),
        ("none", [REGION, "--city", "shanghai", "--workload", "tolerant"], ExitCode.BREACH),
        ("pairing", [NATIONAL, *TABLES], ExitCode.BREACH),
    ],
)
def test_tables(name: str, words: list[str | Path], code: ExitCode) -> None:
    done = place(*words)
    assert done.returncode == code, done.stderr
    check_golden(f"place/{name}.txt", done.stdout)


@pytest.mark.parametrize("width", [50, 80])
def test_tables_fit_narrow_terminals(width: int, tmp_path: Path) -> None:
    demands = tmp_path / "demands.csv"
    demands.write_text("city,class,racks\nShanghai,regional,7\nHangzhou,extreme,1\n")
    for words in (["--workload", "regional"], ["--demands", demands]):
        lines = place(REGION, *words, width=width).stdout.splitlines()
        assert lines
        assert max(map(len, lines)) <= width


def test_documents(tmp_path: Path) -> None:
    found = place(OPERATORS, "--workload", "regional", "--json")
    assert found.returncode == ExitCode.OK
    check_golden("place/place.json", found.stdout)
    demands = tmp_path / "demands.csv"
    demands.write_text("city,class,pflops,name\nShanghai,regional,7.5,\nHangzhou,extreme,1,vr\n")
    sites = tmp_path / "sites.csv"
    sites.write_text("site,pflops\nwuhu-dc-cm,5\n")
    pairing = place(OPERATORS, "--demands", demands, "--sites", sites, "--json")
    assert pairing.returncode == ExitCode.BREACH
    check_golden("place/pairing.json", pairing.stdout)


def test_lists_shown_are_what_plan_gives_for_that_bound() -> None:
    city = json.loads(place(NATIONAL, "--city", "Wuhan", "--workload", "tolerant", "--json").stdout)
    for option in city["cities"][0]["options"]:
        ends = option["city_node"], option["site_node"]
        bound_us = round(option["there_ms"] * 1000)
        plan = api.plan(api.load_topology(NATIONAL), [api.Demand(*ends, bound_us)])
        primary = plan.pairs[0].primary
        assert primary is not None
        assert primary.certificate.guaranteed_us == bound_us
        assert primary.sid_count == len(option["there"]["sids"])
        tighter = api.plan(api.load_topology(NATIONAL), [api.Demand(*ends, bound_us - 1)])
        assert tighter.pairs[0].primary is None


def test_sites_of_the_table_are_reached_by_trait(tmp_path: Path) -> None:
    sites = tmp_path / "sites.csv"
    sites.write_text("site,racks,traits\nshanghai,10,edge\n")
    known = places(api.load_topology(REGION), sites=sites)
    found = {kind: known.place("Shanghai", kind).options for kind in ("extreme", "regional")}
    assert [(one.site.name, one.reach.delay_us) for one in found["extreme"]] == [("shanghai", 0)]
    assert "shanghai" not in {one.site.name for one in found["regional"]}


def test_a_city_without_hub_takes_the_nearest_hub() -> None:
    known = places(api.load_topology(NATIONAL))
    placement = known.place("Taiyuan", "regional")
    assert placement.city.hub is None
    near = known.placer.nearest(placement.city)
    assert {one.site.hub for one in placement.options} == {near.site.hub}
    assert near.site != near.site_by_km


def test_what_ships_knows_every_hub_and_city_of_the_backbone() -> None:
    regions = read_regions()
    known = places(api.load_topology(NATIONAL))
    assert all(spot.part for spot in (*known.cities, *known.placer.sites))
    assert regions.part_of("Wuhu", "Yangtze River Delta") is Part.CENTRAL
    assert set(read_classes(regions.traits)) == {"extreme", "regional", "tolerant"}


@pytest.mark.parametrize("name", ["classes", "regions", "sites", "demands"])
def test_messages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ERRORS)
    topology = api.load_topology(REGION)
    with pytest.raises(InputError) as caught:
        read_wrong(topology, name)
    check_golden(f"errors/place/{name}.txt", f"{caught.value}\n")


def read_wrong(topology: Topology, name: str) -> None:
    if name == "demands":
        places(topology).pair_up("demands.csv")
    else:
        suffix = "csv" if name == "sites" else "yaml"
        places(topology, **{name: f"{name}.{suffix}"})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--workload", "regionel"], "Did you mean 'regional'?"),
        (["--city", "Shangai"], "Did you mean 'Shanghai'?"),
        (["--city", "Shanghai", "--demands", "x.csv"], "expected one of them"),
        (["--demands", "x.csv"], "x.csv: cannot read the file"),
        (["--profile", "2012"], "a YAML file with tiers. Did you mean"),
    ],
)
def test_wrong_words(words: list[str], message: str) -> None:
    done = place(REGION, *words)
    assert (done.returncode, done.stdout) == (ExitCode.UNKNOWN, "")
    assert message in done.stderr


def test_units_must_agree(tmp_path: Path) -> None:
    sites, demands = tmp_path / "sites.csv", tmp_path / "demands.csv"
    sites.write_text("site,racks\nwuhu-dc,5\n")
    demands.write_text("city,class,pflops\nShanghai,regional,5\n")
    with pytest.raises(InputError, match="'pflops'; expected racks, as in the table of sites"):
        places(api.load_topology(REGION), sites=sites).pair_up(demands)
    demands.write_text("city,class\nShanghai,regional\n")
    with pytest.raises(InputError, match="no amounts; expected a column racks or pflops"):
        places(api.load_topology(REGION)).pair_up(demands)
    demands.write_text("city,class,racks\n")
    with pytest.raises(InputError, match="no demands; expected at least one"):
        places(api.load_topology(REGION)).pair_up(demands)


def test_a_column_that_is_missing_is_told_once_and_not_in_each_row(tmp_path: Path) -> None:
    table = tmp_path / "demands.csv"
    table.write_text("City,class,racks\n" + "Beijing,regional,1\n" * 3)
    done = place(NATIONAL, "--demands", table)
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        f"netkit: {table}:1: column: 'City'; expected each once of city, class, racks, pflops,"
        " bandwidth_gbps, name. Did you mean 'city'?",
        f"netkit: {table}:1: no column: city; expected it in the first line",
    ]
    table.write_text("racks\n1\n")
    done = place(NATIONAL, "--sites", table)
    assert f"{table}:1: no column: site; expected it in the first line\n" in done.stderr
