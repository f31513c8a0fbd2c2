"""Plan and summary put together: each two-way pair once, nothing invented where one is silent."""

from report_documents import plan_document, summary_document

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
