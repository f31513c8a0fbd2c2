"""Every command as it looks: on 80 and 120 columns, in a pipe, without colours, in Chinese."""

from __future__ import annotations

import pytest
import screen_lab
import screen_planning
import screen_probe
import screen_routers
import screen_store
from goldens import check_golden
from rich.cells import cell_len
from screens import Case, has_colours, in_pipe, leaves, on_screen, text_of

ROOMS = (screen_planning, screen_store, screen_probe, screen_lab, screen_routers)
CASES: dict[str, Case] = {name: case for room in ROOMS for name, case in room.CASES.items()}
FACES: dict[str, Case] = {**CASES, **screen_probe.MORE}

NOT_SHOWN = {
    "alarms ack": "the id of an alarm is a digest: tests/unit/cli/commands/test_monitoring.py",
    "dashboard": "shows a page to browsers and says where, on stderr: tests/real",
    "lab exec": "becomes the command that it is given",
    "lab vm": "prints what `lab run` prints in its guest",
    "probe reflect": "serves until it is told to stop, and gives its privileges away",
}
"""Commands without a screen of their own, and why."""


MOST_LINES = 50


def check(name: str, where: str, text: str, width: int) -> None:
    """As recorded, and no more than a screen; what is told on stderr stays a line, for logs."""
    if FACES[name].for_programs:
        assert text == in_pipe(FACES[name])
        return
    check_golden(f"terminal/{where}{name.replace(' ', '-')}-{width}.txt", text)
    lines = [line for line in text.splitlines() if not line.startswith("netkit: ")]
    assert len(lines) <= MOST_LINES
    assert max(map(cell_len, lines), default=0) <= width


@pytest.mark.parametrize("name", FACES)
def test_on_80_columns_with_colours_and_on_a_dumb_terminal(name: str) -> None:
    text = text_of(on_screen(FACES[name], 80))
    assert on_screen(FACES[name], 80, TERM="dumb") == text
    check(name, "", text, 80)


@pytest.mark.parametrize("name", FACES)
def test_on_120_columns_without_colours(name: str) -> None:
    shown = on_screen(FACES[name], 120, NO_COLOR="1")
    assert not has_colours(shown)
    check(name, "", text_of(shown), 120)


@pytest.mark.parametrize("name", FACES)
def test_in_a_pipe(name: str) -> None:
    check_golden(f"terminal/{name.replace(' ', '-')}-pipe.txt", in_pipe(FACES[name]))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", FACES)
def test_in_chinese(name: str, width: int) -> None:
    check(name, "zh/", text_of(on_screen(FACES[name], width, "zh")), width)


def test_every_command_is_shown_or_says_why_not() -> None:
    assert set(leaves()) == {*CASES, *NOT_SHOWN}
    assert not set(CASES) & set(NOT_SHOWN)
