"""Units as people write them behind numbers and in names of attributes."""

from __future__ import annotations

import re
from enum import StrEnum

from netkit.files.reading.numbers import number_of


class Quantity(StrEnum):
    """What an attribute of an edge can say; the value is what messages call it."""

    DELAY = "delay"
    JITTER = "delay variation"
    LENGTH = "length"
    CAPACITY = "capacity"
    LOSS = "loss"
    METRIC = "IGP metric"
    TE_METRIC = "TE metric"
    COST = "cost"


def _spelled(words: str, factor: float) -> dict[str, float]:
    return dict.fromkeys(words.split(), factor)


_TIME_US = {
    **_spelled("ns nsec nanosecond nanoseconds", 1e-3),
    **_spelled("us usec usecs micros microsec microsecond microseconds 微秒", 1.0),
    **_spelled("ms msec msecs millis millisec millisecond milliseconds 毫秒", 1e3),
    **_spelled("s sec secs second seconds 秒", 1e6),
}
_LENGTH_KM = {
    **_spelled("m meter meters metre metres 米", 1e-3),
    **_spelled("km kms kilometer kilometers kilometre kilometres 公里 千米", 1.0),
    **_spelled("mi mile miles", 1.609344),
}
_RATE_BPS = {
    f"{prefix}{rest}": factor
    for prefix, factor in {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}.items()
    for rest in ("bps", "bit", "bits", "bitps", "bitpersec")
} | {"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_PERCENT = {**_spelled("percent pct %", 1.0), **_spelled("ratio fraction", 100.0), "ppm": 1e-4}

UNITS: dict[Quantity, dict[str, float]] = {
    Quantity.DELAY: _TIME_US,
    Quantity.JITTER: _TIME_US,
    Quantity.LENGTH: _LENGTH_KM,
    Quantity.CAPACITY: _RATE_BPS,
    Quantity.LOSS: _PERCENT,
}
"""Of each quantity that has a unit, what one of each unit is in µs, km, bit/s or percent."""

_VALUE = re.compile(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*([^\W\d_%]*(?:/s)?|%)")
_BYTES = re.compile(r"(?<![A-Za-z])[kKMGT]?i?B(?:yte|ps|/s)|[kKMGT]Bps|[bB]yte")


def plain(word: str) -> str:
    """A unit or a name as the tables have it: small letters, ``u`` for µ, no blanks."""
    return word.lower().replace("µ", "u").replace("μ", "u").replace("/", "").strip()


def counts_bytes(word: str) -> bool:
    """Whether a word may mean bytes: ``MBps`` is written for either, so it is no unit here."""
    return _BYTES.search(word) is not None


def split_value(quantity: Quantity, word: str) -> tuple[float | None, float | None]:
    """The number that a word starts with, and the factor of the unit behind it; None for neither.

    A word that goes on with something else is no number at all.
    """
    found = _VALUE.fullmatch(word.strip())
    if found is None:
        return None, None
    unit = found[2]
    if not unit:
        return number_of(found[1]), None
    factor = None if counts_bytes(unit) else UNITS.get(quantity, {}).get(plain(unit))
    return (None, None) if factor is None else (number_of(found[1]), factor)
