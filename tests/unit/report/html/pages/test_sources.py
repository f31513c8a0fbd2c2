"""Documents are known by their schema; what cannot be shown is refused, all at once."""

import pytest
from report_documents import plan_document, summary_document

from netkit.errors import InputError
from netkit.report.html.pages.headline import bound_notes, sentence
from netkit.report.html.pages.sources import sort_sources
from netkit.report.html.pages.tables import all_tables


def test_documents_are_told_apart_in_any_order():
    plan = plan_document(1, 2)
    summary = summary_document(plan)
    found = sort_sources([("s.json", summary), ("p.json", plan)])
    assert found.plan is plan
    assert found.summary is summary
    assert [one["schema"] for one in found.given] == ["netkit/summary/1", "netkit/plan/1"]


def test_all_that_cannot_be_shown_is_refused_at_once():
    plan = plan_document(1, 2)
    read = [("a.json", plan), ("b.json", {"schema": "netkit/doctor/1"}), ("c.json", [1]),
            ("d.json", plan)]  # fmt: skip
    with pytest.raises(InputError) as refused:
        sort_sources(read)
    assert [one.file for one in refused.value.problems] == ["b.json", "c.json", "d.json"]
    assert refused.value.problems[0].value == "netkit/doctor/1"
    assert "beside a.json" in refused.value.problems[2].what


def test_documents_of_two_topologies_do_not_mix():
    plan = plan_document(1, 2)
    summary = {**summary_document(plan), "topology": "another"}
    with pytest.raises(InputError, match=r"another topology"):
        sort_sources([("p.json", plan), ("s.json", summary)])


def test_a_drill_is_told_phase_by_phase():
    phase = {"phase": "repair", "event": "cut", "verdict": "breach", "measured_ms": 7.5,
             "certified": {"worst_ms": 6.0}, "lost": 3}  # fmt: skip
    way = {"src": "a", "dst": "b", "bound_ms": 5.0, "hit": True, "contradicted": True,
           "outages": [{"length_ms": 40.0}, {"length_ms": 55.0}],
           "phases": [phase, {**phase, "phase": "backup", "certified": None}]}  # fmt: skip
    drill = {"schema": "netkit/drill/1", "name": "north", "topology": "t", "verdict": "breach",
             "directions": [{**way, "lost": 3}], "clocks": None}  # fmt: skip
    sources = sort_sources([("d.json", drill)])
    assert sentence([], sources) == (
        "north: packets do not bear out the plan; 1 of 1 directions were hit, 3 probes lost; "
        "55 ms without service at the most."
    )
    (table,) = all_tables(sources, [])
    assert table["rows"][0] == ["a → b", "local repair", "breach", 5.0, 7.5, 6.0, 3, "cut", 55.0]
    assert table["rows"][1][5] is None


def test_a_store_and_a_history_are_not_both_shown():
    history = {"schema": "netkit/history/1", "rows": []}
    over_time = {"schema": "netkit/over-time/1", "pairs": []}
    with pytest.raises(InputError, match="what was measured over time beside the store"):
        sort_sources([("h.json", history), ("the store", over_time)])


def test_documents_about_other_bounds_are_named():
    plan = {**plan_document(1, 2), "profile": "bound 5 ms"}
    survival = {"schema": "netkit/survival/1", "topology": "made-up", "profile": "2023"}
    found = sort_sources([("p.json", plan), ("s.json", survival)])
    assert bound_notes(found) == [
        "netkit/survival/1 is of tiers of 2023, netkit/plan/1 of bound 5 ms: verdicts are about "
        "different bounds"
    ]
    assert bound_notes(sort_sources([("p.json", plan)])) == []
