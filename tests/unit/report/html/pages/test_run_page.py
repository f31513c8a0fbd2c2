"""The page of a run of the lab: what it showed, what it leaves in doubt, and nothing but text."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest

from netkit.language.chosen import Language, in_language
from netkit.model.network.topology import Topology
from netkit.model.planning.reason import NoPath, Reason
from netkit.model.verdict import Verdict
from netkit.report.documents.plan import plan_to_json
from netkit.report.documents.summary import build_summary
from netkit.report.figures import DISTRIBUTION
from netkit.report.html.pages.page import Ground, report_data, report_page
from netkit.report.html.pages.sources import Sources
from netkit.report.results import LabFacts, LoopResults, RunFacts

EVIL = "\"'></title></style></svg><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"


def made(results):
    plan = plan_to_json(results.plan, results.topology)
    return Sources(plan, build_summary(results)), Ground(results.topology)


def tables(results):
    return {one["title"]: one["rows"] for one in report_data(*made(results))["tables"]}


def test_the_ledger_says_first_what_contradicts_what(results):
    slow, open_, *_ = tables(results)["ledger"]
    assert slow[:2] == ["zhongwei → beijing", "refuted"]
    assert slow[2] == ("zw-xa from zhongwei: 100 probes held for longer than planned, all of them, "
                       "by 1.234 ms")  # fmt: skip
    assert slow[3:] == [11.15, 11.15, 12.4, 12.421, 0.0, "3 of 100"]
    assert open_[:2] == ["beijing → zhongwei", "open"]


def test_what_is_certain_stands_beside_the_truth(results):
    there, back = tables(results)["certain"]
    assert there == ["zhongwei → beijing", 12.421, 11.9, 13.254321, 12.45, "yes", "pass"]
    assert back[2:] == [None, None, 11.92, "nothing certain", "unknown"]


def test_figures_have_their_targets(results):
    rows = {row[0]: row[1:] for row in tables(results)["loop"]}
    assert rows["Pairs measured as planned"][1] == "breach"
    assert rows["Pairs planned within their tier"][0] == "2 of 3"
    assert tables(results).get("doubts") is None


def test_doubt_is_told_with_its_pair(results):
    pair = ("zhongwei", "beijing")
    known = results.measured[pair]
    way = replace(known.forward, judged_least_ms=19.5, judged_most_ms=20.25)
    doubted = replace(known, verdict=Verdict.INCONCLUSIVE, forward=way)
    (row,) = tables(replace(results, measured={pair: doubted}))["doubts"]
    assert row[0] == "zhongwei ⇄ beijing"
    assert row[1].startswith("zhongwei to beijing: 19.500 to 20.250 ms against 20.000 ms")


def test_distributions_are_the_probes_own(results):
    data = report_data(*made(results))
    assert data["spread"] == {"percent": list(DISTRIBUTION), "tolerance": [300, 0.03]}
    spread = list(accumulate(data["pairs"]["t_spread"][0]))
    delays = results.measured["zhongwei", "beijing"].forward.delays_ms
    assert len(spread) == len(DISTRIBUTION)
    assert (spread[0], spread[-1]) == (round(1000 * min(delays)), round(1000 * max(delays)))
    assert spread == sorted(spread)
    middle = sorted(delays)[len(delays) // 2 - 1]
    assert spread[DISTRIBUTION.index(50)] == round(1000 * middle)


def test_without_the_lab_it_says_so_and_how_to_get_it(unrun):
    data = report_data(*made(unrun))
    assert data["notes"] == [
        "The lab did not run: this report shows the plan only: the lab needs root",
        "To have it measured: sudo make demo",
    ]
    assert "loop" not in tables(unrun)
    assert data["pairs"]["t_plan"][0] == 11_150
    assert "t_p50" not in data["pairs"]


def test_what_was_not_emulated_is_said_before_any_figure(results):
    notes = report_data(*made(results))["notes"]
    assert "Not emulated: mtu_bytes of tj-nw: 9216 here, and nothing larger is sent" in notes


def hostile(topology, plan):
    """The same results, with every string that comes from outside replaced or extended."""
    nodes = tuple(
        replace(node, operator=f"{node.operator}{EVIL}", place=node.place and node.place + EVIL)
        for node in topology.nodes
    )
    fabrics = tuple(replace(fabric, place=EVIL) for fabric in topology.fabrics)
    pairs = tuple(
        replace(pair, demand=replace(pair.demand, tier=EVIL),
                reason=pair.reason and Reason(NoPath(EVIL, "west")))
        for pair in plan.pairs
    )  # fmt: skip
    names = Topology(EVIL, nodes, topology.links, fabrics, description=EVIL)
    return names, replace(plan, pairs=pairs, profile=EVIL, topology=EVIL)


def renamed(topology, plan):
    """The same results with a node whose very name is hostile; the plan speaks of it."""
    old = "nowhere"
    nodes = tuple(replace(n, name=EVIL) if n.name == old else n for n in topology.nodes)
    links = tuple(
        replace(link, id=EVIL, a=EVIL if link.a == old else link.a,
                b=EVIL if link.b == old else link.b)
        if old in (link.a, link.b) else link
        for link in topology.links
    )  # fmt: skip
    pairs = tuple(
        replace(pair, demand=replace(pair.demand, src=EVIL)) if pair.demand.src == old else pair
        for pair in plan.pairs
    )
    return replace(topology, nodes=nodes, links=links), replace(plan, pairs=pairs)


@pytest.mark.parametrize("ran", [True, False])
@pytest.mark.parametrize("spoil", [hostile, renamed])
def test_hostile_names_are_only_text(topology, plan, results, spoil, ran):
    names, evil_plan = spoil(topology, plan)
    lab = LabFacts(ran, EVIL, 1, 1, 1.0, EVIL, EVIL, EVIL, (EVIL,))
    measured = results.measured if ran else {}
    found = LoopResults(names, evil_plan, lab, measured, RunFacts(EVIL, EVIL, EVIL))
    page = report_page(*made(found))
    assert "alert(1)</script>" not in page
    assert page.count("<script") == 2
    assert page.count("<style") == 1
    assert "<img" not in page
    block = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]
    assert any(EVIL in note for note in json.loads(block)["notes"])


def test_an_empty_plan_is_a_page_too(topology, plan):
    lab = LabFacts(False, skipped_because="nothing to measure")
    results = LoopResults(topology, replace(plan, pairs=()), lab)
    assert report_data(*made(results))["sentence"] == "Nothing has been read yet."


def test_same_results_same_bytes(results):
    here = Path(__file__).parents[2] / "conftest.py"
    code = (
        "import hashlib, importlib.util;"
        f"spec = importlib.util.spec_from_file_location('made', {str(here)!r});"
        "made = importlib.util.module_from_spec(spec); spec.loader.exec_module(made);"
        "from netkit.report.documents.plan import plan_to_json;"
        "from netkit.report.documents.summary import build_summary;"
        "from netkit.report.html.pages.page import Ground, report_page;"
        "from netkit.report.html.pages.sources import Sources;"
        "topology = made.make_topology();"
        "results = made.make_results(topology, made.make_plan(topology));"
        "plan = plan_to_json(results.plan, topology);"
        "page = report_page(Sources(plan, build_summary(results)), Ground(topology));"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    expected = hashlib.sha256(report_page(*made(results)).encode()).hexdigest()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == expected


def test_tables_and_notes_are_chinese_where_that_is_spoken(results, unrun):
    for found in (results, unrun):
        data = in_language(Language.ZH, lambda one=found: report_data(*made(one)))
        told = [data["sentence"], *data["notes"]]
        told += [str(value) for table in data["tables"] for row in table["rows"] for value in row]
        text = " ".join(told)
        for own in (found.lab.skipped_because, found.lab.clock, *found.lab.not_emulated):
            text = text.replace(own or "", " ")
        assert not {"the", "of", "and", "probes", "measured", "target"} & set(
            re.findall(r"[A-Za-z]+", text)
        )
