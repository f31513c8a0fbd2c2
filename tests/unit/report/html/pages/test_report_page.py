"""The page as a file: one script by its digest, data that cannot end their block, same bytes."""

import base64
import hashlib
import json
import re
from importlib.resources import files

import pytest
from goldens import ROOT
from report_documents import (
    history_document,
    plan_document,
    summary_document,
    survival_document,
    topology_yaml,
)

from netkit.api import AdviceOptions, advise
from netkit.files.native.topology import load_topology
from netkit.model.planning.addition import AdditionKind
from netkit.model.verdict import Verdict
from netkit.report.documents.advice import advice_to_json
from netkit.report.html.pages.page import LIVE, SCRIPTS, Ground, report_data, report_page
from netkit.report.html.pages.sources import Sources
from netkit.report.html.pages.tables import MOST_ROWS
from netkit.report.html.pages.texts import TEXTS
from netkit.store.own_files import is_page


def made(hubs=2, cities=6):
    plan = plan_document(hubs, cities)
    return Sources(plan, summary_document(plan), survival_document(plan), history_document(plan))


@pytest.fixture
def topology(tmp_path):
    path = tmp_path / "made-up.yaml"
    path.write_text(topology_yaml(2, 6), encoding="utf-8")
    return load_topology(path)


def test_the_policy_names_the_one_script_and_no_network(topology):
    page = report_page(made(), Ground(topology))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'"
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert is_page(page)


def test_same_documents_same_bytes(topology):
    assert report_page(made(), Ground(topology)) == report_page(made(), Ground(topology))


def test_a_name_that_holds_markup_stays_a_name():
    sources = made()
    evil = "</script><script>alert(1)</script>"
    plan = {**sources.plan, "topology": evil, "pairs": [
        {**one, "src": evil} for one in sources.plan["pairs"][:1]]}  # fmt: skip
    page = report_page(Sources(plan=plan))
    assert "alert(1)</script>" not in page
    assert page.count("<script") == 2
    block = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]
    assert evil in json.loads(block)["names"]


def test_hops_have_the_delays_of_the_topology(topology):
    data = report_data(made(), Ground(topology))
    facts = dict(zip(map(tuple, data["links"]), data["facts"], strict=True))
    for (id_, a, _), (known, delay_us, light_us) in facts.items():
        link = topology.link[id_]
        assert known == id_
        assert delay_us == (link.delay_ab_us if data["names"][a] == link.a else link.delay_ba_us)
        assert 0 < light_us < delay_us


def test_a_base_map_is_drawn_whatever_its_geometry(topology):
    ring = [[100.0, 25.0], [110.0, 25.0], [110.0, 35.0], [100.0, 25.0]]
    shapes = [
        {"type": "Polygon", "coordinates": [ring]},
        {"type": "MultiPolygon", "coordinates": [[ring], [ring]]},
        {"type": "LineString", "coordinates": ring},
        {"type": "Point", "coordinates": ring[0]},
    ]
    features = [{"type": "Feature", "geometry": shape} for shape in shapes]
    basemap = {"type": "FeatureCollection", "features": features}
    ground = report_data(made(), Ground(topology, basemap))["map"]["ground"]
    assert len(ground) == 4
    assert all(re.fullmatch(r"M[-\d. L]+", path) for path in ground)


def test_of_a_base_map_of_the_world_only_what_is_on_the_map_is_kept(topology):
    near = [[100.0, 25.0], [110.0, 25.0], [110.0, 35.0], [100.0, 25.0]]
    around = [[60.0, 0.0], [160.0, 0.0], [160.0, 60.0], [60.0, 60.0], [60.0, 0.0]]
    beside = [[0.0, 45.0], [10.0, 45.0], [10.0, 50.0], [0.0, 45.0]]
    antipode = [[-85.0, -20.0], [-60.0, -20.0], [-60.0, -50.0], [-85.0, -50.0], [-85.0, -20.0]]
    world = {"type": "Polygon", "coordinates": [near, around, beside, antipode]}
    ground = report_data(made(), Ground(topology, world))["map"]["ground"]
    assert [path.count("L") for path in ground] == [3, 4]


def test_a_table_of_many_rows_says_how_many_more_there_are():
    plan = plan_document(34, 34)
    summary = summary_document(plan)
    lines = sum(2 for one in summary["pairs"] if one["measured"] is not None)
    (ledger,) = [one for one in report_data(Sources(plan, summary), Ground())["tables"]
                 if one["title"] == "ledger"]  # fmt: skip
    assert len(ledger["rows"]) == MOST_ROWS
    assert ledger["more"] == lines - MOST_ROWS > 0


def test_a_cut_tells_each_direction_it_touches():
    sources = made()
    cuts = report_data(sources, Ground())["cuts"]
    touched = sum(len(pairs) for _, _, pairs, *_ in cuts["cuts"])
    assert touched == sum(len(one["effects"]) for one in sources.survival["pairs"])
    kept_last = 1 << (len(cuts["phases"]) - 1)
    broken = [sum(not kept & kept_last for kept in cut[4]) for cut in cuts["cuts"]]
    assert broken == sorted(broken, reverse=True)


def test_time_is_told_in_columns_of_one_length():
    there, back = report_data(made(), Ground())["series"]
    assert (there["src"], there["dst"]) == (back["dst"], back["src"])
    assert {len(held) for held in there.values() if isinstance(held, list)} == {71}
    assert there["since"][1] - there["since"][0] == 3600


def test_every_text_that_the_scripts_ask_for_is_there_and_none_is_idle():
    folder = files("netkit.report").joinpath("templates", "page")
    script = "".join(folder.joinpath(f"{name}.js").read_text(encoding="utf-8")
                     for name in (*SCRIPTS, LIVE))  # fmt: skip
    asked = set(re.findall(r'\bT\("(\w+)"', script)) | set(re.findall(r'said\("(\w+)"', script))
    assert asked <= TEXTS.keys()
    folder = files("netkit.report.html.pages")
    python = "".join(folder.joinpath(f"{name}.py").read_text(encoding="utf-8")
                     for name in ("page", "headline", "tables"))  # fmt: skip
    quoted = set(re.findall(r'"(\w+)"', script + python))
    quoted |= {verdict.value for verdict in Verdict}
    made_up = {"phase_", "fails_", "save_"}
    idle = {key for key in TEXTS if key not in quoted and not key.startswith(tuple(made_up))}
    assert not idle


def test_what_to_build_stands_out_on_the_map_of_a_page_without_a_plan():
    backbone = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")
    asked = [("shanghai-ct", "shanghai-cm"), ("shanghai-ct", "wuhu-dc-ct")]
    advice = advise(backbone, asked, AdviceOptions({AdditionKind.EXCHANGE}))
    data = report_data(Sources(advice=advice_to_json(advice)), Ground(advice.built))
    cables = {id_.split(":")[0] for id_, *_ in data["map"]["cables"]}
    assert set(data["proposed"]["ids"]) <= cables
    assert {"shanghai-ct", "shanghai-cm"} <= set(data["proposed"]["nodes"])
    rows = {table["title"]: table["rows"] for table in data["tables"]}
    assert rows["advice"][0][0] == "exchange at Shanghai"
    assert rows["advice_pairs"] == [["shanghai-ct → shanghai-cm", 1.0, 2.743, 0.12,
                                     "exchange at Shanghai"]]  # fmt: skip
    assert data["sentence"].startswith("1 of 2 pairs are inside their tier, 2 with")
