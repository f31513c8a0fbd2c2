"""What metrics say is certain where clocks bound nothing: the certificate of the mesh."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from itertools import permutations
from types import SimpleNamespace

import pytest
from measured_windows import BEGIN_NS, MINUTE_NS, window
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from netkit.model.measurement.window import ClockState, WindowSelection
from netkit.model.units import NS_PER_S
from netkit.model.verdict import Verdict
from netkit.monitor.exposition import certificates
from netkit.report.documents.store import history_to_json
from netkit.report.terminal.monitoring.store import history_table
from netkit.stats.windows.certified import certified_windows
from netkit.stats.windows.history import By
from netkit.store.windows.store import open_store
from netkit.workflows.monitoring.inputs import mesh_of
from netkit.workflows.monitoring.light import light_of
from netkit.workflows.monitoring.metrics import (
    MetricsOptions,
    Scraped,
    metrics_text,
    write_textfile,
)
from netkit.workflows.store.certified_history import with_certificates
from netkit.workflows.store.history import history

OFFSETS_US = {"beijing": 0, "shanghai": 40_000, "xian": -70_000}
OPTIONS = MetricsOptions()


def mesh(minute, sites=OFFSETS_US):
    """Windows of all pairs of sites whose clocks promise nothing, and are off by so much."""
    free, found = ClockState(), []
    for src, dst in permutations(sites, 2):
        ahead_us = OFFSETS_US[dst] - OFFSETS_US[src]
        one = window(
            src, dst, minute, forward_us=[9_000 + ahead_us] * 100,
            backward_us=[9_000 - ahead_us] * 100, verdict=Verdict.INCONCLUSIVE, bound_us=40_000,
        )  # fmt: skip
        open_ = {"uncertainty_ns": None, "verdict": Verdict.INCONCLUSIVE}
        found.append(
            replace(
                one, forward=replace(one.forward, **open_),
                backward=replace(one.backward, **open_), sender_clock=free, reflector_clock=free,
            )
        )  # fmt: skip
    return found


def gauge(text, name, **wanted):
    """The values of a gauge by flow, direction and its further labels."""
    return {
        tuple(sample.labels[one] for one in ("src", "dst", "direction"))
        + tuple(sample.labels.get(one, "") for one in ("bound", "verdict")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and wanted.items() <= sample.labels.items()
    }


def certain(windows):
    """What the mesh itself certifies, as the gauge has it."""
    return {
        (one.key.src, one.key.dst, way, bound, ""): part.certified_ns[place] / 1e9
        for one in certified_windows(windows, lambda _src, _dst: 0).windows
        for way, part in (("forward", one.forward), ("backward", one.backward))
        for place, bound in enumerate(("low", "high"))
    }


def told(text):
    return gauge(text, "netkit_certified_owd_seconds")


def at(minute, second=0):
    return BEGIN_NS + minute * MINUTE_NS + second * NS_PER_S


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as opened:
        yield opened


def test_the_interval_of_the_mesh_and_its_verdict_are_told_of_a_stored_mesh(store, tmp_path):
    store.add(mesh(0) + mesh(1))
    file, expected = tmp_path / "netkit.prom", certain(mesh(1))
    assert len(expected) == 24
    scraped = Scraped(store.windows, OPTIONS, lambda: at(2))
    write_textfile(store.windows, file, OPTIONS, at(2))
    write_textfile(store.windows, file, OPTIONS, at(2, 30))
    for text in (
        metrics_text(store.windows, OPTIONS, at(2)),
        scraped.text("")[0].decode(),
        file.read_text(),
    ):
        assert told(text) == pytest.approx(expected)
        passes = gauge(text, "netkit_tier_verdict", verdict="pass")
        assert set(passes.values()) == {1.0}, "a bound of 40 ms is certainly kept"


def test_a_mesh_is_worked_out_once_and_again_only_when_a_window_of_it_comes(store, monkeypatch):
    worked, work = [], certificates.certified_windows
    monkeypatch.setattr(
        certificates, "certified_windows",
        lambda windows, floor: worked.append(len(windows)) or work(windows, floor),
    )  # fmt: skip
    now_ns = at(1)
    scraped = Scraped(store.windows, OPTIONS, lambda: now_ns)
    store.add(mesh(0)[:-1])
    for second in range(0, 40, 2):
        now_ns = at(1, second)
        assert len(told(scraped.text("")[0].decode())) == 20
    assert worked == [5]
    store.add(mesh(0)[-1:])
    for second in range(40, 60, 2):
        now_ns = at(1, second)
        assert told(scraped.text("")[0].decode()) == pytest.approx(certain(mesh(0)))
    assert worked == [5, 6]
    store.add(mesh(1)[:1])
    now_ns = at(2)
    text = scraped.text("")[0].decode()
    assert len(told(text)) == 24, "those that wait for their next window keep what was certain"
    assert worked == [5, 6, 1]


def test_a_large_mesh_is_worked_out_by_its_pairs(store, monkeypatch):
    monkeypatch.setattr(certificates, "MOST_SITES", 2)
    store.add(mesh(0))
    found = told(metrics_text(store.windows, OPTIONS, at(1)))
    assert len(found) == 24
    for name, value in certain(mesh(0)).items():
        assert found[name] <= value + 1e-12 if name[3] == "low" else found[name] >= value - 1e-12


def test_campaigns_with_sites_of_one_name_are_meshes_of_their_own(store):
    other = [
        replace(one, key=replace(one.key, campaign="other")) for one in mesh(0, ["xian", "beijing"])
    ]
    store.add(mesh(0) + other)
    found = metrics_text(store.windows, OPTIONS, at(1))
    assert gauge(found, "netkit_certified_owd_seconds", campaign="other") == pytest.approx(
        certain(other)
    )


PLACES = """\
netkit: topology/1
name: far
nodes:
  - {name: bj, role: city, sid_index: 1, coordinates: [39.90, 116.40]}
  - {name: sh, role: city, sid_index: 2, coordinates: [31.23, 121.47]}
links:
  - {id: l, a: bj, b: sh, delay_us: 9000}
"""
CAMPAIGN = """\
name: hubs
topology: far.yaml
round_s: 1800
sites:
  - {name: beijing, node: bj, addresses: ["2001:db8::1"]}
  - {name: shanghai, node: sh, addresses: ["2001:db8::2"]}
measure:
  - mesh: all
"""


@pytest.fixture
def campaign(tmp_path):
    (tmp_path / "far.yaml").write_text(PLACES, encoding="utf-8")
    file = tmp_path / "hubs.yaml"
    file.write_text(CAMPAIGN, encoding="utf-8")
    return file


def test_with_its_campaign_metrics_have_the_figure_that_history_has(store, campaign):
    """That of metrics was wider: it knew of no light time."""
    store.add(mesh(0, ["beijing", "shanghai"]))
    options = MetricsOptions(light=light_of([campaign]))
    found = told(metrics_text(store.windows, options, at(1)))
    wide = told(metrics_text(store.windows, OPTIONS, at(1)))
    asked = WindowSelection("hubs", "beijing", "shanghai")
    reader, _ = mesh_of(campaign, store)
    for row in with_certificates(history(store, asked, at(0), at(1), By.ALL), reader).rows:
        ends = tuple(one / 1e9 for one in row.certified_ns)
        for place, bound in enumerate(("low", "high")):
            name = (row.src, row.dst, "forward", bound, "")
            assert found[name] == ends[place]
            assert abs(found[name] - wide[name]) > 0.003


def test_light_time_that_the_windows_beat_is_told_in_metrics_and_in_history(store, campaign):
    """As where a place of the topology is wrong. Without light time some clocks explain them."""
    for one, ahead_us in zip(mesh(0, ["beijing", "shanghai"]), (40_000, -40_000), strict=True):
        there, back = (
            window(forward_us=[raw_us] * 100).forward.delay for raw_us in (ahead_us, 50 - ahead_us)
        )
        forward, backward = replace(one.forward, delay=there), replace(one.backward, delay=back)
        store.add([replace(one, forward=forward, backward=backward)])
    options = MetricsOptions(light=light_of([campaign]))
    assert set(contradicted(metrics_text(store.windows, options, at(1))).values()) == {1.0}
    assert set(contradicted(metrics_text(store.windows, OPTIONS, at(1))).values()) == {0.0}
    reader, _ = mesh_of(campaign, store)
    found = history(store, WindowSelection("hubs"), at(0), at(1), By.ALL)
    told_of = with_certificates(found, reader)
    assert "faster than light" in history_to_json(told_of)["contradiction"]
    assert all(row.certified_ns is None for row in told_of.rows)
    screen = Console(width=100, file=StringIO())
    screen.print(history_table(told_of, width=100, limit=None))
    assert "no clocks explain the windows" in screen.file.getvalue()
    assert history_to_json(found)["contradiction"] is None


@pytest.mark.parametrize("name", ["hubs.yaml", "far.yaml"])
def test_light_is_not_known_any_more_once_a_file_has_changed(store, campaign, name):
    """Who serves metrics for months goes on with what it has read: sites may have moved since."""
    options = MetricsOptions(light=light_of([campaign]))
    store.add(mesh(0, ["beijing", "shanghai"]))
    file = campaign.with_name(name)
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    expected = certain(mesh(0, ["beijing", "shanghai"]))
    assert told(metrics_text(store.windows, options, at(1))) == pytest.approx(expected)
    file.unlink()
    assert told(metrics_text(store.windows, options, at(1))) == pytest.approx(expected)


def test_series_and_counters_last_from_round_to_round(store, campaign):
    """Of half an hour: a window is stored up to 30 minutes after its end, and the next an hour
    after that began. After 15 minutes the series were gone, and began anew with the same count."""
    options = MetricsOptions(light=light_of([campaign]))
    now_ns = at(30)
    scraped = Scraped(store.windows, options, lambda: now_ns)
    store.add([window(minute=0)])
    sent = []
    for minute in (30, 45, 59, 61, 75, 89):
        now_ns = at(minute)
        if minute == 61:
            store.add([window(minute=31)])
        text = scraped.text("")[0].decode()
        sent += gauge_of_pair(text, "netkit_probes_sent_total")
    once = sum(window().outcomes.values())
    assert sent == [once] * 3 + [2 * once] * 3
    assert MetricsOptions(None, 60.0, light=options.light).stale_after_s == 60.0
    agent = MetricsOptions(light=light_of([campaign], rounds=False))
    assert (agent.stale_after_s, agent.late_s) == (900.0, 300.0), "it has windows all the time"


def gauge_of_pair(text, name):
    return [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    ]


def contradicted(text):
    return {
        (sample.labels["src"], sample.labels["dst"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "netkit_clocks_contradicted"
    }


def test_a_mesh_that_no_clocks_explain_is_told_until_one_that_they_do(store):
    """Its intervals vanished, and no metric said why."""
    now_ns, few = at(1), window(forward_us=[-90_000] * 100).forward.delay
    scraped = Scraped(store.windows, OPTIONS, lambda: now_ns)
    first, *rest = mesh(0)
    store.add(rest[:2])
    scraped.text("")
    store.add([replace(first, forward=replace(first.forward, delay=few)), *rest])
    for second in (5, 20, 59):
        now_ns = at(1, second)
        text = scraped.text("")[0].decode()
        assert set(contradicted(text).values()) == {1.0}
        assert told(text) == {}
    store.add(mesh(1))
    now_ns = at(2)
    text = scraped.text("")[0].decode()
    assert set(contradicted(text).values()) == {0.0}
    assert len(told(text)) == 24


@pytest.mark.parametrize(("least_us", "seen"), [(4_000, 1.0), (5_900, 0.0), (9_000, 0.0)])
def test_clocks_whose_claims_make_a_delay_faster_than_light_are_contradicted(store, least_us, seen):
    """Light takes 6 ms there. Of a site whose place is not known 0 holds."""
    one = window(forward_us=[least_us] * 100)
    uncertain = replace(one.forward, uncertainty_ns=200_000)
    store.add([replace(one, forward=uncertain), window("xian", "wuhan")])
    light = SimpleNamespace(
        campaign="hubs", period_ns=0, now=lambda: lambda a, b: 6_000_000 if a == "beijing" else 0
    )
    text = metrics_text(store.windows, MetricsOptions(light=(light,)), at(1))
    assert contradicted(text) == {("beijing", "shanghai"): seen, ("xian", "wuhan"): 0.0}
