"""The table of a history: names are never cut, and what there is no room for is said."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from stored_windows import window

from netkit.model.measurement.window import DirectionWindow, Window, WindowSelection
from netkit.report.terminal.monitoring.store import history_table
from netkit.stats.windows.history import By
from netkit.store.windows.store import open_store
from netkit.workflows.store.history import history

SITES = ("beijing-datacentre-east-hall-number-1", "beijing-datacentre-east-hall-number-2")
MANY = 500


@pytest.fixture
def shown(tmp_path: Path):
    one = window(0)
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as store:
        store.add(
            replace(one, key=replace(one.key, src="wuhu", observer="wuhu", dst=dst))
            for dst in SITES
        )
        since_ns, until_ns = one.key.start_ns, one.key.start_ns + one.key.length_ns
        found = {
            by: history(store, WindowSelection(), since_ns, until_ns, by)
            for by in (By.ALL, By.HOUR)
        }

    def text(by: By, width: int) -> list[str]:
        told = io.StringIO()
        Console(file=told, width=width).print(history_table(found[by], width=width))
        return told.getvalue().splitlines()

    return text


@pytest.mark.parametrize("by", [By.ALL, By.HOUR])
@pytest.mark.parametrize("width", [70, 80, 100])
def test_in_a_narrow_terminal_nothing_is_cut(shown, by: By, width: int) -> None:
    lines = shown(by, width)
    assert "…" not in "".join(lines)
    assert all(len(line) <= width for line in lines)
    for header in ("From", "To", "Flow", "Lost", "p99", "Verdict"):
        assert any(header in line for line in lines[:4])
    letters = "".join("".join(line.split()) for line in lines)
    assert all(site[-1] in letters for site in SITES)
    assert "no room for" in "".join(lines[-3:])


def test_with_room_everything_is_there_a_line_for_each_row(shown) -> None:
    text = shown(By.ALL, MANY)
    assert not any("no room" in line for line in text)
    for site in SITES:
        assert sum(site in line for line in text) == 2
    for header in ("Sent", "Lost", "Min", "p50", "p99", "Max", "PDV p99", "±", "Verdict"):
        assert any(header in line for line in text[:4])


@pytest.mark.parametrize("against", [False, True])
def test_ends_that_contradict_each_other_are_said(tmp_path: Path, against: bool) -> None:
    one = window(0)
    key = replace(one.key, observer=one.key.dst)
    other = Window(key, forward=DirectionWindow(received=99 if against else 61))
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as store:
        store.add([one, other])
        since_ns, until_ns = one.key.start_ns, one.key.start_ns + one.key.length_ns
        found = history(store, WindowSelection(), since_ns, until_ns, By.ALL)
    told = io.StringIO()
    Console(file=told, width=120).print(history_table(found, width=120))
    assert ("2 rows in which both ends of a session contradict" in told.getvalue()) == against
    forward = next(row for row in found.rows if row.src == one.key.src)
    assert (forward.received, forward.lost) == ((60, 1) if against else (61, 0))


@pytest.mark.parametrize("dark", [False, True])
def test_a_loss_that_nobody_knows_is_said_to_be_unknown(tmp_path: Path, dark: bool) -> None:
    """As while a peer is dark: no reply tells which way its probes were lost."""
    one = window(0)
    if dark:
        there = replace(one.forward, received=None, lost=None, delay=None)
        one = replace(one, forward=there, backward=replace(one.backward, sent=None, lost=None))
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as store:
        store.add([one])
        since_ns, until_ns = one.key.start_ns, one.key.start_ns + one.key.length_ns
        found = history(store, WindowSelection(), since_ns, until_ns, By.ALL)
    told = io.StringIO()
    Console(file=told, width=120).print(history_table(found, width=120))
    assert ("2 rows of which nobody knows how much was lost" in told.getvalue()) == dark
