"""Documents are known by their schema; what cannot be shown is refused, all at once."""

import pytest
from report_documents import plan_document, summary_document

from netkit.errors import InputError
from netkit.report.html.pages.sources import sort_sources


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
