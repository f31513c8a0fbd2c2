"""Clocks of sites in campaign files: a word for the field, or what is wrong with it in the lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from netkit.errors import InputError
from netkit.files.campaigns.campaign import read_campaign
from netkit.model.measurement.campaign import ClockKind, Site
from netkit.model.measurement.host_clock import ClockSet, HostClock

MS, S = 1_000_000, 1_000_000_000


def site(tmp_path: Path, clock: str) -> Site:
    path = tmp_path / "clocks.yaml"
    path.write_text(
        f"name: x\ntopology: t.yaml\nsites:\n  - name: a\n    node: a\n{clock}"
        "  - {name: b, node: b}\nmeasure: [{pairs: [{src: a, dst: b}]}]\n"
    )
    return read_campaign(path).sites[0]


def refused(tmp_path: Path, clock: str) -> list[str]:
    with pytest.raises(InputError) as error:
        site(tmp_path, clock)
    return [str(one).removeprefix(str(tmp_path / "clocks.yaml:")) for one in error.value.problems]


def test_a_word_says_who_holds_it_and_the_lab_gives_it_no_clock(tmp_path: Path) -> None:
    for word in ("", "    clock: disciplined\n"):
        found = site(tmp_path, word)
        assert (found.clock, found.lab_clock) == (ClockKind.DISCIPLINED, None)
    found = site(tmp_path, "    clock: free_running\n")
    assert (found.clock, found.lab_clock) == (ClockKind.FREE_RUNNING, None)


def test_everything_that_can_be_wrong_with_a_clock(tmp_path: Path) -> None:
    steps = "[{at_s: 10, by_ms: -200}, {at_s: 12.5, by_ms: 0.02}]"
    text = f"    clock: {{offset_ms: 350, drift_ppm: -12.5, steps: {steps}}}\n"
    found = site(tmp_path, text)
    assert found.clock is ClockKind.FREE_RUNNING
    sets = (ClockSet(10 * S, -200 * MS), ClockSet(12_500 * MS, 20_000))
    assert found.lab_clock == HostClock(350 * MS, -12_500, sets)


def test_a_clock_may_lie_about_its_bound(tmp_path: Path) -> None:
    text = "    clock: {offset_ms: 350, claims: disciplined, bound_ms: 0.1}\n"
    found = site(tmp_path, text)
    assert found.clock is ClockKind.DISCIPLINED
    assert found.lab_clock == HostClock(350 * MS, claimed_error_ns=100_000)


def test_a_clock_of_which_nothing_is_said_is_right_and_claims_nothing(tmp_path: Path) -> None:
    assert site(tmp_path, "    clock: {}\n").lab_clock == HostClock()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = (
        "    clock:\n"
        "      offset: 350ms\n"
        "      offset_ms: fast\n"
        "      drift_ppm: 1001\n"
        "      bound_ms: 1\n"
        "      steps:\n"
        "        - {at_s: 5, by_ms: 0}\n"
        "        - {at_s: 5, by_ms: 1}\n"
        "        - {at_s: -1}\n"
    )
    here = "sites item 1: clock: "
    assert refused(tmp_path, text) == [
        f"7: {here}bound_ms of a clock that nobody holds; expected claims: disciplined. Leave"
        " bound_ms out, or have it claim that it is held",
        f"7: {here}unknown key: 'offset'; expected one of offset_ms, drift_ppm, steps, claims,"
        " bound_ms. Did you mean 'offset_ms'?",
        f"8: {here}offset_ms: 'fast'; expected a number from -86400000 to 86400000",
        f"9: {here}drift_ppm: 1001; expected a number from -1000 to 1000",
        f"12: {here}steps item 1: a step of 0 ms; expected by how much the clock is set, such as"
        " -200",
        f"13: {here}steps item 2: a step that is not after the one before; expected steps in order"
        " of time",
        f"14: {here}steps item 3: at_s: -1; expected a number from 0 to 86400",
        f"14: {here}steps item 3: the key 'by_ms' is missing",
    ]


def test_a_held_clock_needs_a_bound(tmp_path: Path) -> None:
    assert refused(tmp_path, "    clock: {claims: disciplined}\n") == [
        "6: sites item 1: clock: a clock that claims to be held; expected bound_ms: how far off it"
        " is at most"
    ]
