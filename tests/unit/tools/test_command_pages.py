"""Manual pages and the reference say what the commands say, and man(1) has nothing to complain."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from goldens import ROOT
from typer.core import TyperGroup

from netkit.cli.main import command_line

TOOL = ROOT / "tools" / "command-pages"


def made(what: str, out: Path) -> Path:
    subprocess.run([sys.executable, TOOL, what, out], check=True)
    return out


def names(command: object, words: str = "netkit") -> list[str]:
    """Of all commands but the default of a group, which has the group's page."""
    if not isinstance(command, TyperGroup):
        return [words]
    default = getattr(command, "DEFAULT", None)
    below = (names(one, f"{words}-{name}") for name, one in command.commands.items()
             if name != default)  # fmt: skip
    return [words, *(name for some in below for name in some)]


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made("man", tmp_path_factory.mktemp("man"))


def test_a_page_for_every_command(manual: Path) -> None:
    assert {one.stem for one in manual.iterdir()} == set(
        names(typer.main.get_command(command_line()))
    )


def test_pages_name_only_pages_that_are_there(manual: Path) -> None:
    stems = {one.stem for one in manual.iterdir()}
    for page in manual.iterdir():
        see = page.read_text().split(".SH SEE ALSO\n")[1].replace("\\-", "-")
        assert set(re.findall(r"([\w-]+)\(1\)", see)) <= stems
        assert page.stem == "netkit" or "netkit" in see


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_roff_has_nothing_to_complain_of(manual: Path) -> None:
    files = sorted(manual.iterdir())
    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", "-Tutf8", *files], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_options_can_be_read_and_copied(manual: Path) -> None:
    page = manual / "netkit-probe-send.1"
    text = subprocess.run(
        ["groff", "-man", "-Tutf8", "-P-cbou", page], capture_output=True, text=True, check=True
    ).stdout
    assert "-i, --interval DURATION" in text
    assert "--segments" in text


def test_the_reference_has_every_command_and_no_dead_link(tmp_path: Path) -> None:
    text = made("markdown", tmp_path / "commands.md").read_text()
    headings = {one.replace(" ", "-") for one in re.findall(r"^## (.*)$", text, re.MULTILINE)}
    assert headings == set(names(typer.main.get_command(command_line())))
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= headings


def test_bars_in_values_are_no_cells(tmp_path: Path) -> None:
    text = made("markdown", tmp_path / "commands.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 3 for row in rows)
