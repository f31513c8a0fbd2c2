"""What attributes are called, and the units that names and values have."""

import pytest

from netkit.files.importers.graphs.values.units import Quantity, split_value
from netkit.files.importers.graphs.values.words import meaning_of

SPELLINGS = [
    "delay_ms",
    "Delay (ms)",
    "delay[ms]",
    "delayMs",
    "delayms",
    "latency-ms",
    "时延(毫秒)",
]


@pytest.mark.parametrize("name", SPELLINGS)
def test_one_meaning_in_every_spelling(name):
    found = meaning_of(name)
    assert (found.quantity, found.factor) == (Quantity.DELAY, 1000)


@pytest.mark.parametrize(
    ("name", "quantity", "factor"),
    [
        ("delay_us", Quantity.DELAY, 1), ("latency [µs]", Quantity.DELAY, 1),
        ("propagation_delay_ns", Quantity.DELAY, 1e-3), ("dist_km", Quantity.LENGTH, 1),
        ("lengthkm", Quantity.LENGTH, 1), ("distance_m", Quantity.LENGTH, 1e-3),
        ("LinkSpeedRaw", Quantity.CAPACITY, 1), ("bandwidth_Mbps", Quantity.CAPACITY, 1e6),
        ("bw Gbit/s", Quantity.CAPACITY, 1e9), ("loss_percent", Quantity.LOSS, 1),
        ("jitter_us", Quantity.JITTER, 1), ("weight", Quantity.METRIC, 1),
        ("igp_metric", Quantity.METRIC, 1), ("te_metric", Quantity.TE_METRIC, 1),
        ("带宽_Gbps", Quantity.CAPACITY, 1e9),
    ],
)  # fmt: skip
def test_units_in_names(name, quantity, factor):
    found = meaning_of(name)
    assert (found.quantity, found.factor) == (quantity, pytest.approx(factor))


@pytest.mark.parametrize("name", ["delay", "latency", "dist", "length", "bandwidth", "loss"])
def test_names_without_a_unit_say_none(name):
    assert meaning_of(name).factor is None


@pytest.mark.parametrize("name", ["bandwidth_MBps", "capacity (MB/s)"])
def test_what_may_be_bytes_is_no_unit(name):
    assert meaning_of(name).factor is None


@pytest.mark.parametrize("name", ["delays", "rtt_ms", "LinkSpeedUnits", "colour", "", "_", "%"])
def test_other_names_mean_nothing(name):
    assert meaning_of(name) is None


@pytest.mark.parametrize(
    ("quantity", "word", "expected"),
    [
        (Quantity.DELAY, "5", (5, None)), (Quantity.DELAY, "5ms", (5, 1000)),
        (Quantity.DELAY, "1.5 µs", (1.5, 1)), (Quantity.DELAY, "5 km", (None, None)),
        (Quantity.CAPACITY, "10G", (10, 1e9)), (Quantity.CAPACITY, "10 Gbit/s", (10, 1e9)),
        (Quantity.CAPACITY, "10 MBps", (None, None)), (Quantity.LOSS, "0.1%", (0.1, 1)),
        (Quantity.DELAY, "nan", (None, None)), (Quantity.DELAY, "1e999", (None, None)),
        (Quantity.DELAY, "5 ms extra", (None, None)), (Quantity.DELAY, "", (None, None)),
    ],
)  # fmt: skip
def test_values_with_units(quantity, word, expected):
    assert split_value(quantity, word) == expected
