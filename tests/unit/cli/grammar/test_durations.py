"""Durations: a number and a unit, or a message that says so."""

import pytest

from netkit.cli.grammar.durations import EXPECTED, Duration, duration, duration_option
from netkit.errors import InputError
from netkit.model.units import NS_PER_S


@pytest.mark.parametrize(
    ("text", "ns"),
    [("20us", 20_000), ("20µs", 20_000), ("20μs", 20_000), ("0.5ms", 500_000), ("1.5s", 15 * 10**8),
     ("2m", 120 * NS_PER_S), ("12h", 43_200 * NS_PER_S), ("1w", 604_800 * NS_PER_S), ("0", 0)],
)  # fmt: skip
def test_every_unit_counts(text: str, ns: int) -> None:
    assert duration(text, "--gap") == Duration(ns)
    assert duration(str(Duration(ns)), "--gap") == Duration(ns)


@pytest.mark.parametrize("text", ["5", "-5ms", "5 ms", "ms", "", "inf", "nan", "1e3ms", "5min"])
def test_what_has_no_unit_or_another_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        duration(text, "--gap")
    (problem,) = caught.value.problems
    assert (problem.what, problem.expected) == ("--gap", EXPECTED)


def test_an_option_keeps_its_limits() -> None:
    parsed = duration_option("--gap", least="1s", most="1h", help="So long.").parser
    assert parsed("1h") == Duration(3600 * NS_PER_S)
    assert parsed(Duration(5)) == Duration(5)
    for text in ("999ms", "61m"):
        with pytest.raises(InputError, match=f"--gap: {text}; expected 1s to 1h"):
            parsed(text)
