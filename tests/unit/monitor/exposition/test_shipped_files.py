"""Rules and dashboard name only metrics that netkit exports, and only labels that these have."""

import re
from dataclasses import replace

import pytest
import yaml
from measured_windows import window
from prometheus_client.parser import text_string_to_metric_families
from prometheus_files import FOLDER, RULES, dashboard, dashboard_expressions, metrics_named

from netkit.monitor.exposition.counters import COUNTERS
from netkit.monitor.exposition.families import BUILD_INFO, CONTRADICTED, OWD
from netkit.monitor.exposition.gauges import GAUGES
from netkit.monitor.exposition.text import plain_text
from netkit.monitor.exposition.totals import Totals, bucket_bounds_ns


def rules():
    return [
        rule
        for file in RULES
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
    ]


def exported():
    """Samples by name, with the labels and values that they can have."""
    totals = Totals(bucket_bounds_ns())
    one = window()
    totals.add(replace(one, round_ns=900 * 10**9))
    totals.certify()
    found = {}
    for family in text_string_to_metric_families(plain_text(totals, "1")):
        found.setdefault(family.name, set())
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


RECORDED = {rule["record"] for rule in rules() if "record" in rule}
EXPRESSIONS = [
    *(rule["expr"] for rule in rules()),
    *dashboard_expressions(),
    *(one["definition"] for one in dashboard()["templating"]["list"] if "definition" in one),
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_names_metrics_that_are_exported(expression):
    known = exported().keys() | RECORDED
    named = metrics_named(expression)
    assert named
    assert named <= known


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_matcher_is_on_a_label_that_is_exported(expression):
    labels = {label for own in exported().values() for label in own}
    assert set(re.findall(r"(\w+)\s*=~?\"", expression)) <= labels | {"tier"}


def test_bounds_that_rules_name_are_buckets():
    text = "".join(rule["expr"] for rule in rules())
    asked = set(re.findall(r'le="([\d.]+)"', text))
    assert asked == {"0.001", "0.005", "0.02"}
    assert {round(float(bound) * 1e9) for bound in asked} <= set(bucket_bounds_ns())


def test_every_alert_is_tested():
    tested = re.findall(r"alertname: (\w+)", (FOLDER / "netkit.test.yml").read_text())
    assert set(tested) == {rule["alert"] for rule in rules() if "alert" in rule}


def test_the_dashboard_is_of_a_schema_that_grafana_10_and_later_read():
    assert dashboard()["schemaVersion"] == 39
    places = [panel["gridPos"] for panel in dashboard()["panels"]]
    cells = [
        (x, y)
        for one in places
        for x in range(one["x"], one["x"] + one["w"])
        for y in range(one["y"], one["y"] + one["h"])
    ]
    assert len(cells) == len(set(cells))
    assert all(x < 24 for x, _ in cells)
    numbers = [panel["id"] for panel in dashboard()["panels"]]
    assert len(numbers) == len(set(numbers))


def test_the_page_names_every_metric_and_every_alert():
    page = (FOLDER.parents[1] / "docs" / "monitoring.md").read_text()
    named = set(re.findall(r"`(netkit_\w+|Netkit\w+)`", page))
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    metrics = {metric.name for metric in (*COUNTERS, *GAUGES)} | {OWD, BUILD_INFO, CONTRADICTED}
    assert named == alerts | metrics
