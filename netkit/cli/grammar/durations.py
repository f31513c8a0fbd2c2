"""Durations on the command line: a number and its unit, the same everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import typer

from netkit.errors import InputError
from netkit.model.units import NS_PER_MS, NS_PER_S, NS_PER_US, us_to_ms

_UNITS_NS = {
    "ns": 1,
    "us": NS_PER_US,
    "µs": NS_PER_US,  # The micro sign,
    "μs": NS_PER_US,
    "ms": NS_PER_MS,
    "s": NS_PER_S,
    "m": 60 * NS_PER_S,
    "h": 3600 * NS_PER_S,
    "d": 86_400 * NS_PER_S,
    "w": 7 * 86_400 * NS_PER_S,
}
_SHOWN = ("w", "d", "h", "m", "s", "ms", "us")
_FORM = re.compile(rf"(\d{{1,10}}(?:\.\d{{1,9}})?)({'|'.join(_UNITS_NS)})")
METAVAR = "DURATION"
EXPECTED = "a duration with its unit, such as 20us, 5ms, 1.5s, 15m, 12h, 30d or 4w"


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """How long something lasts, in whole nanoseconds.

    >>> str(Duration(90 * NS_PER_S)), str(Duration(600 * NS_PER_S)), str(Duration(20_000))
    ('90s', '10m', '20us')
    """

    ns: int

    @property
    def us(self) -> int:
        """Whole microseconds, rounded to nearest."""
        return (self.ns + NS_PER_US // 2) // NS_PER_US

    @property
    def ms(self) -> float:
        """Milliseconds."""
        return us_to_ms(self.ns / NS_PER_US)

    @property
    def s(self) -> float:
        """Seconds."""
        return self.ns / NS_PER_S

    def __str__(self) -> str:
        unit = next((unit for unit in _SHOWN if self.ns and self.ns % _UNITS_NS[unit] == 0), "ns")
        return f"{self.ns // _UNITS_NS[unit]}{unit}" if self.ns else "0s"


def duration(text: str, option: str) -> Duration:
    """A duration of a number and its unit; ``0`` needs none. Raises InputError for anything else.

    >>> duration("1.5h", "--since").s, duration("20us", "--equipment").us, duration("0", "--gap").ns
    (5400.0, 20, 0)
    """
    if text == "0":
        return Duration(0)
    found = _FORM.fullmatch(text)
    if found is None:
        raise InputError.single(option, value=text, expected=EXPECTED)
    return Duration(round(float(found[1]) * _UNITS_NS[found[2]]))


def duration_option(
    name: str,
    *short: str,
    help: str,  # noqa: A002
    least: str = "0",
    most: str = "9999w",
) -> Any:  # noqa: ANN401
    """The option ``name`` as Typer wants it: a :class:`Duration` of ``least`` to ``most``."""
    low, high = duration(least, name), duration(most, name)

    def parsed(value: object) -> Duration:
        if isinstance(value, Duration):
            return value
        found = duration(str(value), name)
        if not low <= found <= high:
            raise InputError.single(name, value=value, expected=f"{low} to {high}")
        return found

    return typer.Option(name, *short, metavar=METAVAR, help=help, parser=parsed)
