"""summary.json and plan.json: goldens, and what must hold of them whatever the input."""

import json
import math
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from goldens import ROOT, check_golden

from netkit.model.planning.plan import Plan
from netkit.model.verdict import Verdict
from netkit.report.documents.document import to_text
from netkit.report.documents.plan import plan_to_json
from netkit.report.documents.summary import build_summary
from netkit.report.figures import figures_of
from netkit.report.results import DirectionMeasured, LoopResults, PairMeasured, as_planned
from netkit.report.segments import segment_names, sid_addresses

DOCS = ROOT / "docs"


def test_plan_document(plan, topology):
    check_golden("report/plan.json", to_text(plan_to_json(plan, topology)))


def test_a_pair_that_stands_in_two_rows_is_one_policy(plan, topology):
    pair = next(one for one in plan.pairs if one.primary is not None)
    first, second = plan_to_json(replace(plan, pairs=(pair, pair)), topology)["pairs"]
    assert first["policy"] is not None
    assert second == {**first, "policy": None}


def test_summary_document(results):
    check_golden("report/summary.json", to_text(build_summary(results)))


def test_summary_without_the_lab(unrun):
    check_golden("report/summary-no-lab.json", to_text(build_summary(unrun)))


def test_sids_and_their_names_go_item_for_item(plan, topology):
    primary = plan.pair["tianjin-west", "zhongwei"].primary
    sids, names = sid_addresses(primary, topology), segment_names(primary, topology)
    assert list(zip(sids, names, strict=True)) == [
        ("5f00:0:6:e000::", "End.X beijing-west>beijing-bd"),
        ("5f00:0:3:e002::", "End.X beijing>taiyuan"),
        ("5f00:0:4:1::", "End taiyuan"),
        ("5f00:0:1:d046::", "End.DT6 zhongwei"),
    ]  # fmt: skip


def test_parallel_links_are_told_apart(plan, topology):
    primary = plan.pair["zhongwei", "beijing"].primary
    assert segment_names(primary, topology)[0] == "End.X xian>beijing over xa-bj-1"


def test_each_two_way_pair_is_reported_once_as_it_was_measured(plan, topology, results):
    lab, measurement = results.lab, results.measured["zhongwei", "beijing"]
    turned = LoopResults(topology, plan, lab, {("beijing", "zhongwei"): measurement})
    ends = [(pair.plan.demand.src, pair.plan.demand.dst) for pair in turned.pairs]
    assert ends == [("beijing", "zhongwei"), ("zhongwei", "tianjin-west"), ("nowhere", "zhongwei")]
    assert turned.pairs[0].back is plan.pair["zhongwei", "beijing"]
    both = {("beijing", "zhongwei"): measurement, ("zhongwei", "beijing"): measurement}
    assert len(LoopResults(topology, plan, lab, both).pairs) == 4


@pytest.mark.parametrize(
    ("p50_ms", "fits"),
    [(11.483, True), (11.486, False), (10.816, True), (10.8, False), (None, False)],
)
def test_tolerance_is_three_percent_of_a_long_path(plan, p50_ms, fits):
    pair = plan.pair["zhongwei", "beijing"]  # 11.150 ms; 3 % of it is 0.3345 ms
    assert as_planned(DirectionMeasured(10, 0, p50_ms=p50_ms), pair) is fits


def test_nothing_measured_has_no_shares(unrun):
    figures = figures_of(unrun)
    assert (figures.within_share, figures.certified_share, figures.stamp_error_p50_ms) == (
        None,
    ) * 3
    assert figures.verdict is Verdict.UNKNOWN
    assert build_summary(unrun)["figures"]["verdict"] is None


def test_a_pair_measured_without_a_plan_back_is_not_within_tolerance(plan, topology, results):
    one_way = Plan(plan.topology, plan.profile, plan.pairs[:1])
    measured = {("zhongwei", "beijing"): results.measured["zhongwei", "beijing"]}
    pair = replace(results, plan=one_way, measured=measured).pairs[0]
    assert pair.back is None
    assert pair.within_tolerance is False


def test_not_a_number_never_reaches_a_file(results):
    way = DirectionMeasured(1, 0, p50_ms=math.nan)
    measured = {("zhongwei", "beijing"): PairMeasured(way, way, Verdict.UNKNOWN, None)}
    with pytest.raises(ValueError, match="JSON"):
        to_text(build_summary(replace(results, measured=measured)))


def _keys(document):
    if isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from _keys(value)
    elif isinstance(document, list):
        for value in document:
            yield from _keys(value)


def test_every_field_is_documented(plan, topology, results):
    for name, document in (
        ("plan-json.md", plan_to_json(plan, topology)),
        ("summary-json.md", build_summary(results)),
    ):
        described = set(re.findall(r"`([a-z0-9_]+)`", (DOCS / name).read_text(encoding="utf-8")))
        assert set(_keys(json.loads(to_text(document)))) <= described


def test_documents_are_built_without_heavy_imports():
    code = (
        "import sys, netkit.report.documents.summary, netkit.report.documents.plan;"
        "print({'matplotlib', 'jinja2', 'pandas', 'rich', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
