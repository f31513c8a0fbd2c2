"""Several demands of a plan between the same ends: each is a pair, and none hides another."""

import pytest
from command import netkit
from goldens import ROOT
from report_documents import plan_document, summary_document, survival_document
from report_flows import flow, over_time

from netkit.model.verdict import Verdict
from netkit.report.html.pages.failures import cut_data
from netkit.report.html.pages.headline import sentence, tier_rows
from netkit.report.html.pages.pairs import joined_pairs
from netkit.report.html.pages.sources import Sources

REGION = ROOT / "topologies" / "lab-region.yaml"


def of_bound(direction, bound_ms, verdict):
    return {**direction, "bound_ms": bound_ms, "tier": f"{bound_ms:g}ms", "verdict": verdict}


@pytest.fixture
def plan():
    """Two demands there, the first in breach of its bound, and one back, held to the second's."""
    made = plan_document(1, 1)
    there, back = made["pairs"]
    assert there["verdict"] == "pass"
    return {**made, "pairs": [of_bound(there, 1.0, "breach"), there, back]}


def test_each_is_a_pair_with_the_way_back_of_its_bound(plan):
    pairs = joined_pairs(Sources(plan=plan))
    assert [(one.bound_us, one.verdict, one.back is None) for one in pairs] == [
        (1000, Verdict.BREACH, True), (20_000, Verdict.PASS, False),
    ]  # fmt: skip
    assert sentence(pairs, Sources(plan=plan)).startswith("50\xa0% of 2 pairs keep their bound")
    assert [(row[1], row[3], row[4]) for row in tier_rows(pairs)] == [(1.0, 0, 1), (20.0, 1, 0)]


def test_a_page_of_what_netkit_plans_counts_them_all(tmp_path):
    table, page = tmp_path / "demands.csv", tmp_path / "plan.json"
    table.write_text("src,dst,bound_ms\nqingpu-dc,wuhu-dc,0.1\nqingpu-dc,wuhu-dc,20\n")
    done = netkit("plan", REGION, "--demands", table, "-o", page)
    assert "2 pairs: 1 pass, 1 breach" in done.stdout
    html = tmp_path / "report.html"
    netkit("report", page, "-o", html)
    assert "50\xa0% of 2 pairs keep their bound" in html.read_text(encoding="utf-8")


def test_a_summary_takes_the_demand_of_its_bound(plan):
    summary = summary_document({**plan, "pairs": plan["pairs"][1:]})
    measured, other = joined_pairs(Sources(plan, summary))
    assert (measured.there.plan["bound_ms"], measured.measured is None) == (20.0, False)
    assert (other.bound_us, other.measured, other.verdict) == (1000, None, Verdict.BREACH)


def test_flows_are_of_the_demand_of_their_bound_and_say_which_they_are(plan):
    src, dst = plan["pairs"][0]["src"], plan["pairs"][0]["dst"]
    told = over_time(flow(src, dst, "gold", "breach", 1.0), flow(dst, src, "bulk"))
    rows = joined_pairs(Sources(plan=plan, over_time=told))
    assert [(one.bound_us, one.flow, one.there.plan["bound_ms"]) for one in rows] == [
        (1000, "daily gold", 1.0), (20_000, "daily bulk", 20.0),
    ]  # fmt: skip


def cut_rows(cuts):
    return {(pair, back) for _, _, pairs, ways, *_ in cuts["cuts"]
            for pair, back in zip(pairs, ways, strict=True)}  # fmt: skip


def test_a_cut_reaches_every_flow_of_a_planned_pair_and_no_other():
    plan = plan_document(1, 1)
    src, dst = plan["pairs"][0]["src"], plan["pairs"][0]["dst"]
    told = over_time(flow(src, dst), flow(src, dst, "bulk"), flow(src, dst, "slow", bound_ms=50.0))
    survival = survival_document(plan)
    pairs = joined_pairs(Sources(plan=plan, over_time=told))
    assert [one.flow for one in pairs] == ["daily gold", "daily bulk", "daily slow"]
    cuts = cut_data(survival, pairs)
    assert cut_rows(cuts) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    effects = sum(len(one["effects"]) for one in survival["pairs"])
    assert sum(touched for *_, touched, _ in cuts["cuts"]) == effects
    assert all(touched <= cuts["directions"] for *_, touched, _ in cuts["cuts"])


def test_a_cut_reaches_each_demand_as_it_was_tried(plan):
    cuts = cut_data(survival_document(plan), joined_pairs(Sources(plan=plan)))
    assert cut_rows(cuts) == {(0, 0), (1, 0), (1, 1)}


def test_without_a_plan_a_cut_reaches_flows_of_the_bound_it_was_tried_for():
    plan = plan_document(1, 1)
    src, dst = plan["pairs"][0]["src"], plan["pairs"][0]["dst"]
    told = over_time(flow(src, dst), flow(src, dst, "slow", bound_ms=50.0))
    cuts = cut_data(survival_document(plan), joined_pairs(Sources(over_time=told)))
    assert cut_rows(cuts) == {(0, 0), (0, 1)}
