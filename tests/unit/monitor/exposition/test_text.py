import math
import re
from dataclasses import replace

import pytest
from measured_windows import direction, window
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parsed_om
from prometheus_client.parser import text_string_to_metric_families as parsed

from netkit.errors import InputError
from netkit.model.verdict import Verdict
from netkit.monitor.exposition.restore import restored
from netkit.monitor.exposition.text import CONTENT_TYPE, negotiated, plain_text
from netkit.monitor.exposition.totals import Totals, bucket_bounds_ns

PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
"""What Prometheus 2.42 sends."""


def totals_of(*windows):
    totals = Totals(bucket_bounds_ns())
    for one in windows:
        totals.add(one)
    return totals


def samples(text, parse=parsed):
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def value(text, name, **labels):
    (found,) = [
        value
        for (sample, own), value in samples(text).items()
        if sample == name and labels.items() <= dict(own).items()
    ]
    return found


def test_a_window_as_metrics():
    text = plain_text(totals_of(window(lost=1)), "9.9")
    assert value(text, "netkit_build_info", version="9.9") == 1
    assert value(text, "netkit_probes_sent_total") == 3
    assert value(text, "netkit_probes_lost_total", direction="forward") == 1
    assert value(text, "netkit_probes_lost_total", direction="unknown") == 0
    assert value(text, "netkit_owd_seconds_bucket", direction="forward", le="0.01") == 2
    assert value(text, "netkit_owd_seconds_bucket", direction="forward", le="0.005") == 0
    assert value(text, "netkit_owd_seconds_sum", direction="forward") == pytest.approx(0.0181)
    assert value(text, "netkit_owd_min_seconds", direction="backward") == 0.0092
    assert value(text, "netkit_clock_uncertainty_seconds", direction="forward") == 5e-05
    assert value(text, "netkit_tier_bound_seconds") == 0.02
    assert value(text, "netkit_tier_verdict", direction="forward", verdict="pass") == 1
    assert value(text, "netkit_tier_verdict", direction="forward", verdict="breach") == 0


def test_labels_are_those_of_the_campaign_and_no_others():
    for family in parsed(plain_text(totals_of(window(), window(observer="shanghai")), "1")):
        for sample in family.samples:
            if sample.name != "netkit_build_info":
                own = sample.labels.keys() - {
                    "le",
                    "direction",
                    "outcome",
                    "verdict",
                    "end",
                    "state",
                }
                assert own == {"campaign", "src", "dst", "flow", "seen_by"}


def test_a_clock_that_nothing_bounds_has_no_uncertainty():
    one = window()
    free = replace(one, forward=replace(one.forward, uncertainty_ns=None))
    text = plain_text(totals_of(free), "1")
    found = [key for key in samples(text) if key[0] == "netkit_clock_uncertainty_seconds"]
    assert [dict(labels)["direction"] for _, labels in found] == ["backward"]


def test_delays_below_zero_are_counted_and_have_no_sum():
    one = replace(window(), forward=direction([-3, 4], Verdict.INCONCLUSIVE))
    text = plain_text(totals_of(one), "1")
    assert value(text, "netkit_owd_seconds_bucket", direction="forward", le="0.0") == 1
    names = [name for name, labels in samples(text) if ("direction", "forward") in labels]
    assert "netkit_owd_seconds_sum" not in names


def test_certified_delays_are_an_interval():
    one = window()
    certified = replace(one, forward=replace(one.forward, certified_ns=(8_000_000, 9_500_000)))
    text = plain_text(totals_of(certified), "1")
    assert value(text, "netkit_certified_owd_seconds", bound="low") == 0.008
    assert value(text, "netkit_certified_owd_seconds", bound="high") == 0.0095


def test_a_scraper_gets_the_format_that_it_asks_for():
    totals = totals_of(window())
    body, content_type = negotiated(totals, "1", PROMETHEUS)
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert samples(body.decode(), parsed_om).keys() >= {
        key for key in samples(plain_text(totals, "1")) if not key[0].endswith("_info")
    }
    assert negotiated(totals, "1", "")[1].startswith("text/plain; version=0.0.4")


def test_native_histograms_where_the_format_has_a_place_for_them():
    accept = "application/openmetrics-text;version=2.0.0"
    body, _ = negotiated(totals_of(window(forward_us=[9_000] * 3 + [18_000])), "1", accept)
    # The client's own parser takes no bucket below one second: the text itself is looked at.
    (native,) = re.findall(r'_seconds{.*direction="forward".*} {(.*)}', body.decode())
    first, second = (math.ceil(math.log2(delay_s) * 32) for delay_s in (0.009, 0.018))
    assert native == (
        "count:4,sum:0.045,schema:5,zero_threshold:0.0,zero_count:0,"
        f"positive_spans:[{first}:1,{second - first - 1}:1],positive_deltas:[3,-2]"
    )


@pytest.mark.parametrize(
    "accept",
    ["application/openmetrics-text;version=x.y", "text/plain;version=", ",;=,;", "\xff" * 100],
)
def test_what_no_scraper_asks_for_gets_the_plain_format(accept):
    body, content_type = negotiated(totals_of(window()), "1", accept)
    assert content_type.startswith(CONTENT_TYPE.partition(";")[0])
    assert b"netkit_probes_sent_total" in body


def test_counting_goes_on_from_what_was_written():
    before = totals_of(window(minute=0, lost=1), window(minute=0, observer="shanghai"))
    after = Totals(bucket_bounds_ns())
    restored(plain_text(before, "1"), after, "x.prom")
    for totals in (before, after):
        totals.add(window(minute=0, lost=1))
        totals.add(window(minute=0, observer="shanghai"))
        totals.add(window(minute=1, lost=2))
    assert plain_text(after, "1") == plain_text(before, "1")


def test_delays_below_zero_are_restored_as_what_they_are():
    early = replace(window(minute=0), forward=direction([-3, 4]))
    before, after = totals_of(early), Totals(bucket_bounds_ns())
    restored(plain_text(before, "1"), after, "x.prom")
    for totals in (before, after):
        totals.add(early)
        totals.add(window(minute=1))
    assert plain_text(after, "1") == plain_text(before, "1")


def test_with_other_buckets_delays_are_counted_anew_and_the_rest_goes_on():
    after = Totals(bucket_bounds_ns([7_000]))
    restored(plain_text(totals_of(window(minute=0)), "1"), after, "x.prom")
    after.add(window(minute=1))
    text = plain_text(after, "1")
    assert value(text, "netkit_probes_sent_total") == 4
    assert value(text, "netkit_owd_seconds_count", direction="forward") == 2


BUILD = 'netkit_build_info{version="1"} 1\n'
BARE = "# TYPE netkit_owd_seconds histogram\nnetkit_owd_seconds_bucket 3\n"


@pytest.mark.parametrize(
    "text",
    ["{", "node_load1 3\n", BUILD + 'netkit_probes_sent_total{campaign="c"} 1\n', BUILD + BARE],
)
def test_a_file_of_anyone_elses_is_refused(text):
    with pytest.raises(InputError, match=r"x\.prom: no metrics that netkit wrote"):
        restored(text, Totals(bucket_bounds_ns()), "x.prom")
