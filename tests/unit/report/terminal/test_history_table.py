"""The table of a history: names are never cut, and what there is no room for is said."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from stored_windows import MINUTE_NS, window

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DirectionWindow, Window, WindowSelection
from netkit.report.documents.store import history_row
from netkit.report.terminal.monitoring.store import history_table
from netkit.stats.windows.history import By
from netkit.stats.windows.joined import rolled_up
from netkit.store.windows.levels import DAY_NS
from netkit.store.windows.store import open_store
from netkit.store.windows.upkeep.rollup import roll_up
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


def dark(one: Window, sent: int) -> Window:
    """A minute as its sender sees it while its peer is gone: nothing tells which way was lost."""
    return Window(
        one.key, {Outcome.LOST: sent - 1, Outcome.REFUSED: 1, Outcome.NOT_SENT: 7},
        DirectionWindow(sent, None, None), DirectionWindow(None, 0, None),
    )  # fmt: skip


@pytest.mark.parametrize(("by", "told"), [
    (By.MINUTE, [(61, 1), (58, 58), (60, 60), (61, 1)]), (By.HOUR, [(240, 120)]),
])  # fmt: skip
@pytest.mark.parametrize("rolled", [False, True])
def test_dark_minutes_say_how_many_probes_had_no_answer(
    tmp_path: Path, by: By, told: list[tuple[int, int]], rolled: bool
) -> None:
    """Though nobody knows which way they were lost, and though others were not sent at all."""
    minutes = [window(0), dark(window(1), 58), dark(window(2), 60), window(3)]
    begin_ns = minutes[0].key.start_ns
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as store:
        store.add(minutes)
        if rolled:
            roll_up(store, begin_ns + 2 * DAY_NS, rolled_up)
        found = history(store, WindowSelection(), begin_ns, begin_ns + 4 * MINUTE_NS, by)
    there = [row for row in found.rows if row.src == window(0).key.src]
    back = [row for row in found.rows if row.src != window(0).key.src]
    for way in (there, back):
        assert [(row.probes, row.unanswered) for row in way] == told
        assert [(one["probes"], one["unanswered"]) for one in map(history_row, way)] == told
    assert [row.sent for row in there] == [sent for sent, _ in told]
    shown = io.StringIO()
    Console(file=shown, width=80).print(history_table(found, width=80))
    assert all(shown.getvalue().count(f"{lost}/{sent}") >= 2 for sent, lost in told)


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


def test_a_way_that_nothing_is_known_of_has_no_table_but_what_was_noted(tmp_path: Path) -> None:
    one = replace(window(0), backward=DirectionWindow())
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as store:
        store.add([one])
        since_ns, until_ns = one.key.start_ns, one.key.start_ns + one.key.length_ns
        asked = WindowSelection(src=one.key.dst, dst=one.key.src)
        found = history(store, asked, since_ns, until_ns, By.ALL)
    told = io.StringIO()
    Console(file=told, width=80).print(history_table(found, width=80))
    (line,) = told.getvalue().splitlines()
    assert line == "Noted by beijing of beijing to shanghai (gold): 2 x unknown sender"
