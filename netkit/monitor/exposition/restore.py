"""What a text that was written before had counted, so that a run of cron goes on from the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from netkit.errors import InputError
from netkit.monitor.exposition.counters import COUNTERS
from netkit.monitor.exposition.families import BUILD_INFO, OWD, le
from netkit.monitor.exposition.gauges import ROUND_LENGTH, WINDOW_END, WINDOW_LENGTH
from netkit.monitor.exposition.histogram import Histogram
from netkit.monitor.exposition.totals import LABELS, Series, SeriesKey, Totals

_NS_PER_S = 1_000_000_000
_COUNTER_LABELS = {metric.name: metric.labels for metric in COUNTERS}


def restored(text: str, totals: Totals, file: str) -> None:
    """Let ``totals``, of nothing yet, go on from what ``text`` says.

    With other bounds of buckets than those of ``totals``, delays are counted anew. Raises
    InputError for a text that netkit did not write.
    """
    found: dict[SeriesKey, Series] = {}
    try:
        families = {family.name: family for family in text_string_to_metric_families(text)}
        del families[BUILD_INFO]  # every text of netkit's has it
        for family in families.values():
            _take(family, found, totals.bounds_ns)
    except (KeyError, ValueError, IndexError) as error:
        raise InputError.single(
            "no metrics that netkit wrote", file=file, value=error,
            expected="the file of an earlier run, or none",
            remedy="Remove the file, and counting begins anew",
        ) from error  # fmt: skip
    totals.restore({key: series for key, series in found.items() if series.until_ns})


def _take(family: Metric, found: dict[SeriesKey, Series], bounds_ns: tuple[int, ...]) -> None:
    if family.name == OWD:
        _take_delays(family.samples, found, bounds_ns)
        return
    for sample in family.samples:
        if sample.name in _COUNTER_LABELS:
            values = tuple(sample.labels[label] for label in _COUNTER_LABELS[sample.name])
            _series(sample, found).counts[sample.name, values] += int(sample.value)
        elif sample.name == WINDOW_END.name:
            _series(sample, found).until_ns = round(sample.value * _NS_PER_S)
        elif sample.name == WINDOW_LENGTH.name:
            _series(sample, found).length_ns = round(sample.value * _NS_PER_S)
        elif sample.name == ROUND_LENGTH.name:
            _series(sample, found).round_ns = round(sample.value * _NS_PER_S)


def _take_delays(
    samples: Iterable[Sample], found: dict[SeriesKey, Series], bounds_ns: tuple[int, ...]
) -> None:
    places = {le(bound): place for place, bound in enumerate(bounds_ns)}
    layouts: dict[tuple[SeriesKey, str], set[str]] = {}
    for sample in samples:
        way = sample.labels["direction"]
        histogram = _series(sample, found).delays.setdefault(way, Histogram(bounds_ns))
        if sample.name == f"{OWD}_sum":
            histogram.sum_ns, histogram.negative_seen = round(sample.value * _NS_PER_S), False
        elif sample.name == f"{OWD}_bucket":
            bound = sample.labels["le"]
            layouts.setdefault((_key(sample.labels), way), set()).add(bound)
            _put(histogram, places.get(bound), bound, int(sample.value))
    for (key, way), layout in layouts.items():
        if layout != {*places, "+Inf"}:
            del found[key].delays[way]


def _put(histogram: Histogram, place: int | None, bound: str, count: int) -> None:
    if bound == "+Inf":
        # Until a sum is read there was none, as is so where delays were negative.
        histogram.count, histogram.negative_seen = count, True
    elif place is not None:
        histogram.at_most[place] = count


def _key(labels: Mapping[str, str]) -> SeriesKey:
    campaign, src, dst, flow, seen_by = (labels[label] for label in LABELS)
    return (campaign, src, dst, flow, seen_by)


def _series(sample: Sample, found: dict[SeriesKey, Series]) -> Series:
    return found.setdefault(_key(sample.labels), Series())
