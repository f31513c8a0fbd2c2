"""Totals as metric families of prometheus-client: counters, gauges, and the histogram of delays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.samples import BucketSpan, NativeHistogram

from netkit.monitor.exposition.counters import COUNTERS, CounterMetric
from netkit.monitor.exposition.gauges import GAUGES, GaugeMetric
from netkit.monitor.exposition.histogram import NATIVE_SCHEMA, Histogram
from netkit.monitor.exposition.totals import LABELS, Series, SeriesKey, Totals

OWD = "netkit_owd_seconds"
BUILD_INFO = "netkit_build_info"
CONTRADICTED = "netkit_clocks_contradicted"

_NS_PER_S = 1e9
_Found = Iterable[tuple[SeriesKey, Series]]


def families(totals: Totals, version: str, *, native: bool) -> Iterator[Metric]:
    """Every metric of which there is a series. ``native``: delays as native histograms besides,
    which only the format of OpenMetrics 2.0 has a place for."""
    yield InfoMetricFamily(
        BUILD_INFO.removesuffix("_info"), "Which netkit this is.", value={"version": version}
    )
    found = list(totals.series())
    yield _delays(found, native=native)
    for counter in COUNTERS:
        yield _counter(counter, found)
    for gauge in GAUGES:
        yield _gauge(gauge, found)
    yield _contradicted(found)


def le(bound_ns: int) -> str:
    """A bound in seconds, as the label of a bucket has it."""
    return repr(bound_ns / _NS_PER_S)


def _counter(metric: CounterMetric, found: _Found) -> Metric:
    family = CounterMetricFamily(metric.name, metric.says, labels=[*LABELS, *metric.labels])
    for key, series in found:
        for (name, values), count in sorted(series.counts.items()):
            if name == metric.name:
                family.add_metric([*key, *values], count)
    return family


def _gauge(metric: GaugeMetric, found: _Found) -> Metric:
    family = GaugeMetricFamily(metric.name, metric.says, labels=[*LABELS, *metric.labels])
    for key, series in found:
        if series.last is None:
            continue
        for values, value in metric.of(series.last).items():
            if value is not None:
                family.add_metric([*key, *values], value)
    return family


def _contradicted(found: _Found) -> Metric:
    says = "1 where no clocks explain the last window: light would be too slow for it."
    family = GaugeMetricFamily(CONTRADICTED, says, labels=LABELS)
    for key, series in found:
        if series.contradicted is not None:
            family.add_metric(key, float(series.contradicted))
    return family


def _delays(found: _Found, *, native: bool) -> Metric:
    labels = [*LABELS, "direction"]
    family = HistogramMetricFamily(
        OWD, "One-way delays as the two clocks gave them, by direction.", labels=labels
    )
    for key, series in found:
        for way, histogram in sorted(series.delays.items()):
            _add_classic(family, [*key, way], histogram)
            if native:
                own = dict(zip(labels, [*key, way], strict=True))
                family.add_sample(OWD, own, 0.0, native_histogram=native_histogram(histogram))
    return family


def _add_classic(family: HistogramMetricFamily, labels: list[str], histogram: Histogram) -> None:
    """A sum that may fall is no counter: where delays were negative there is none."""
    buckets = [
        (le(bound), float(count))
        for bound, count in zip(histogram.bounds_ns, histogram.at_most, strict=True)
    ]
    sum_s = None if histogram.negative_seen else histogram.sum_ns / _NS_PER_S
    family.add_metric(labels, [*buckets, ("+Inf", float(histogram.count))], sum_s)


def native_histogram(histogram: Histogram) -> NativeHistogram:
    """The delays by native buckets."""
    positive, negative = _spans(histogram.positive), _spans(histogram.negative)
    return NativeHistogram(
        count_value=histogram.count,
        sum_value=histogram.sum_ns / _NS_PER_S,
        schema=NATIVE_SCHEMA,
        zero_threshold=0.0,
        zero_count=histogram.zeros,
        pos_spans=positive[0],
        neg_spans=negative[0],
        pos_deltas=positive[1],
        neg_deltas=negative[1],
    )


def _spans(counted: dict[int, int]) -> tuple[list[BucketSpan], list[int]]:
    """Runs of neighbouring buckets, each by its distance from the last, and how counts change."""
    spans: list[BucketSpan] = []
    end = 0
    for bucket in sorted(counted):
        if spans and bucket == end:
            spans[-1] = BucketSpan(spans[-1].offset, spans[-1].length + 1)
        else:
            spans.append(BucketSpan(bucket - end, 1))
        end = bucket + 1
    counts = [counted[bucket] for bucket in sorted(counted)]
    return spans, [after - before for before, after in pairwise([0, *counts])]
