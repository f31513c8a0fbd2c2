"""Plan and summary put together: each two-way pair once, nothing invented where one is silent."""

import pytest
from report_documents import plan_document, summary_document
from report_flows import flow, over_time

from netkit.model.verdict import Verdict
from netkit.report.html.pages.columns import PairColumns
from netkit.report.html.pages.headline import sentence, share_used, tier_rows
from netkit.report.html.pages.pairs import joined_pairs
from netkit.report.html.pages.sources import Sources


def both(hubs=2, cities=30):
    plan = plan_document(hubs, cities)
    return plan, summary_document(plan)


def test_a_pair_there_and_back_is_one():
    plan, summary = both()
    for sources in (Sources(plan=plan), Sources(summary=summary), Sources(plan, summary)):
        pairs = joined_pairs(sources)
        assert len(pairs) == 60
        assert all(pair.back is not None for pair in pairs)
        assert {(pair.there.src[:3], pair.back.src[:4]) for pair in pairs} == {("hub", "city")}


def test_one_direction_asked_for_stays_one():
    plan, _ = both(1, 1)
    (pair,) = joined_pairs(Sources(plan={**plan, "pairs": plan["pairs"][:1]}))
    assert pair.back is None
    assert pair.ways == (pair.there,)


def test_the_plan_knows_more_and_the_summary_what_was_measured():
    plan, summary = both()
    pair = joined_pairs(Sources(plan, summary))[0]
    assert pair.there.plan["links"]
    assert pair.there.measured["sent"] == 100
    assert pair.verdict is Verdict(summary["pairs"][0]["measured"]["verdict"])


def test_columns_hold_every_figure_in_whole_microseconds():
    plan, summary = both()
    made = PairColumns()
    columns = made.packed(joined_pairs(Sources(plan, summary)))
    first, way = summary["pairs"][0], summary["pairs"][0]["measured"]["backward"]
    assert columns["bound"][0] == 20000
    assert columns["b_p99"][0] == round(way["p99_ms"] * 1000)
    assert made.names.items[columns["dst"][0]] == first["dst"]
    links = [made.links.items[number] for number in columns["t_links"][0]]
    names = made.names.items
    assert [names[links[0][1]], *(names[b] for _, _, b in links)] == plan["pairs"][0]["nodes"]
    assert {len(held) for held in columns.values()} == {60}


def test_a_column_without_any_figure_is_left_out():
    plan, _ = both()
    columns = PairColumns().packed(joined_pairs(Sources(plan=plan)))
    assert "t_plan" in columns
    assert not {"t_p50", "t_sent", "attempts", "unsure"} & columns.keys()


def test_the_worst_is_what_no_list_can_reach():
    plan, _ = both()
    pairs = joined_pairs(Sources(plan=plan))
    broken = [pair for pair in pairs if pair.verdict is Verdict.BREACH]
    assert broken, "the made-up plan has pairs without a list"
    said = sentence(pairs, Sources())
    assert f"{len(broken)} without any list" in said
    worst = max(broken, key=share_used)
    assert f"{worst.there.src} – {worst.there.dst}, takes {100 * share_used(worst):.0f}" in said


def test_without_any_breach_all_are_kept():
    plan, _ = both()
    kept = [one for one in plan["pairs"] if one["verdict"] == "pass"]
    said = sentence(joined_pairs(Sources(plan={**plan, "pairs": kept})), Sources())
    assert said.startswith("All ")
    assert "without" not in said


def test_what_to_build_next_is_what_is_certified_to_rescue_most():
    plan, _ = both()
    cable = {"kind": "link", "place": None, "nodes": ["a", "b"]}
    named = [{**cable, "certified": 3}, {**cable, "nodes": ["a", "c"], "certified": 7}]
    advice = {"links": named, "sites": []}
    said = sentence(joined_pairs(Sources(plan=plan)), Sources(advice=advice))
    assert said.endswith("best next: a – c, which rescues 7.")


def test_tiers_add_up():
    plan, summary = both()
    ((tier, bound, count, kept, broken, doubt, measured, *_),) = tier_rows(
        joined_pairs(Sources(plan, summary))
    )
    assert (tier, bound, count) == ("20ms", 20.0, 60)
    assert kept + broken + doubt == count
    assert measured == count - broken


@pytest.fixture
def one_pair():
    """A plan of one pair that keeps its bound of 20 ms, and its ends."""
    plan, _ = both(1, 1)
    (there, _) = plan["pairs"]
    assert there["verdict"] == "pass"
    return plan, there["src"], there["dst"]


def test_every_flow_of_a_planned_pair_is_a_row_and_none_is_lost(one_pair):
    plan, src, dst = one_pair
    told = over_time(flow(src, dst, verdict="breach"), flow(dst, src, "bulk"))
    rows = joined_pairs(Sources(plan=plan, over_time=told))
    assert [(one.flow, one.verdict.value) for one in rows] == [
        ("daily gold", "breach"), ("daily bulk", "pass"),
    ]  # fmt: skip
    assert {one.there.src for one in rows} == {src}
    assert all(one.there.plan and one.there.measured for one in rows)
    (alone,) = joined_pairs(Sources(plan=plan, over_time=over_time(flow(src, dst))))
    assert (alone.flow, alone.measured["verdict"]) == (None, "pass")


def test_a_flow_held_to_another_bound_is_not_what_was_measured_of_the_pair(one_pair):
    plan, src, dst = one_pair
    told = over_time(flow(src, dst, bound_ms=30.0), flow(src, dst, "bulk", bound_ms=None))
    planned, other = joined_pairs(Sources(plan=plan, over_time=told))
    assert (planned.measured is not None, planned.bound_us, planned.flow) == (True, 20_000, None)
    assert (other.bound_us, other.flow, other.there.plan) == (30_000, "daily gold", None)


def test_of_one_planned_direction_both_are_shown_if_both_were_measured(one_pair):
    plan, src, dst = one_pair
    plan = {**plan, "pairs": plan["pairs"][:1]}
    (both_ways,) = joined_pairs(Sources(plan=plan, over_time=over_time(flow(dst, src))))
    assert both_ways.back.measured["p99_ms"] == 9.0
    told = over_time(flow(dst, src, verdict="breach", back=False))
    planned, other = joined_pairs(Sources(plan=plan, over_time=told))
    assert (planned.measured, planned.verdict.value) == (None, "pass")
    assert (other.there.src, other.verdict.value) == (dst, "breach")


def test_what_was_measured_of_a_summary_stays_and_flows_stand_beside_it():
    plan, summary = both(1, 1)
    src, dst = summary["pairs"][0]["src"], summary["pairs"][0]["dst"]
    told = over_time(flow(src, dst, verdict="breach"))
    rows = joined_pairs(Sources(plan, summary, over_time=told))
    assert [one.flow for one in rows] == [None, "daily gold"]
    assert rows[1].verdict is Verdict.BREACH


def test_the_sentence_says_how_many_pairs_nobody_has_measured():
    plan, _ = both(1, 3)
    first = plan["pairs"][0]
    sources = Sources(plan=plan, over_time=over_time(flow(first["src"], first["dst"])))
    assert "2 not measured, as planned only" in sentence(joined_pairs(sources), sources)
    assert "not measured" not in sentence(joined_pairs(Sources(plan=plan)), Sources(plan=plan))


def test_the_worst_is_what_broke_its_bound_however_little_it_uses_on_the_whole():
    told = over_time(flow("wuhu", "xian", verdict="breach"), flow("beijing", "xian", bound_ms=9.5))
    said = sentence(joined_pairs(Sources(over_time=told)), Sources())
    assert "the worst, wuhu – xian, is in breach, at 45\xa0% of 20 ms on the whole" in said


def row(src, dst, verdict, delay_ns=9_000_000):
    return {"campaign": "daily", "src": src, "dst": dst, "flow": "1", "verdict": verdict,
            "owd_p50_ns": delay_ns}  # fmt: skip


def test_a_history_beside_a_plan_counts(one_pair):
    plan, src, dst = one_pair
    history = {"rows": [row(src, dst, "pass"), row(dst, src, "breach"), row("wuhu", dst, "breach")]}
    sources = Sources(plan=plan, history=history)
    (pair,) = joined_pairs(sources)
    assert (pair.verdict, pair.there.plan["verdict"]) == (Verdict.BREACH, "pass")
    said = sentence([pair], sources)
    assert said.startswith("0 % of 1 pairs keep their bound".replace("0 %", "0\u00a0%"))
    assert "3 windows of time, 2 in breach" in said


def test_delays_of_a_history_that_nobody_judged_leave_the_plan_its_verdict(one_pair):
    plan, src, dst = one_pair
    unjudged = {"rows": [row(src, dst, "unknown")]}
    (pair,) = joined_pairs(Sources(plan=plan, history=unjudged))
    assert (pair.measured, pair.verdict) == (None, Verdict.PASS)
    dark = {"rows": [row(src, dst, "unknown", None)]}
    (pair,) = joined_pairs(Sources(plan=plan, history=dark))
    assert pair.verdict is Verdict.UNKNOWN
