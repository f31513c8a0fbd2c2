"""The map of the rooms: what it draws of a small house, and what it refuses."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from goldens import ROOT

EMPTY = "# Page\n\n{}\n{}\n\nAfter.\n"


def script() -> ModuleType:
    """The script as a module; it has no suffix, and what it compiles to is not kept beside it."""
    loader = importlib.machinery.SourceFileLoader("room_map", str(ROOT / "tools" / "room-map"))
    spec = importlib.util.spec_from_loader("room_map", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules["room_map"] = module
    source = (ROOT / "tools" / "room-map").read_text(encoding="utf-8")
    exec(compile(source, "room-map", "exec"), module.__dict__)
    return module


room_map = script()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house of two rooms, the upper one with two sub-rooms, and a page without a map."""
    files = {
        "netkit/__init__.py": '"""The house."""\n',
        "netkit/low.py": '"""What all share."""\n',
        "netkit/high/__init__.py": '"""See :mod:`netkit.low`.\n\nMore of it.\n"""\n',
        "netkit/high/loose.py": '"""Stands alone."""\nfrom netkit.high.one.a import name\n',
        "netkit/high/one/__init__.py": '"""One."""\n',
        "netkit/high/one/a.py": '"""A."""\nimport os\nfrom netkit import low\nname = 1\n',
        "netkit/high/two/__init__.py": '"""Two."""\n',
        "netkit/high/two/b.py": '"""B."""\nfrom ..one import a\n',
        "docs/architecture.md": EMPTY.format(room_map.BEGIN, room_map.END),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def added(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(f"{line}\n")


def refused(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert room_map.main(["--check"], root) == 1
    return capsys.readouterr().err


def test_the_map_of_a_small_house(house: Path) -> None:
    assert room_map.main([], house) == 0
    page = (house / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert page.startswith("# Page\n\n")
    assert page.endswith("\n\nAfter.\n")
    assert "```text\nhigh\nlow\n```" in page
    assert "| `high` | See `netkit.low`. | low |" in page
    assert "```text\nloose   two\none\n```" in page
    assert (
        "| `one/` | One. | low |\n| `two/` | Two. | one |\n| `loose` | Stands alone. | one |"
        in page
    )


def test_drawn_twice_is_drawn_once(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert room_map.main([], house) == room_map.main(["--check"], house) == 0
    assert capsys.readouterr().err == ""


def test_a_stale_map_is_shown_as_a_difference(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room_map.main([], house)
    page = (house / "docs" / "architecture.md").read_text(encoding="utf-8")
    (house / "netkit/high/two/b.py").write_text('"""B."""\n', encoding="utf-8")
    said = refused(house, capsys)
    assert "-| `two/` | Two. | one |" in said
    assert "+| `two/` | Two. |  |" in said
    assert "tools/room-map draws it anew" in said
    assert (house / "docs" / "architecture.md").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        # Modules of one room, seen through two other files.
        ("netkit/high/one/a.py", "from netkit.high.loose import x", "netkit.high: "),
        # Sub-rooms whose modules form no circle: a of one -> c of two, b of two -> a of one.
        ("netkit/high/one/a.py", "import netkit.high.two.c", "netkit.high: "),
        # Rooms, one arrow of which is inside a function.
        ("netkit/low.py", "def f():\n    from netkit.high import loose", "netkit: "),
    ],
)
def test_circles(
    house: Path, capsys: pytest.CaptureFixture[str], file: str, line: str, told: str
) -> None:
    (house / "netkit/high/two/c.py").write_text('"""C."""\n', encoding="utf-8")
    room_map.main([], house)
    added(house / file, line)
    said = refused(house, capsys)
    assert f"imports go in a circle in {told}" in said
    number = (house / file).read_text(encoding="utf-8").count("\n")
    assert f"    {file}:{number} imports netkit." in said


def test_a_room_that_exports_for_its_files_is_no_circle_until_they_ask_it(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    added(house / "netkit/high/one/__init__.py", "from netkit.high.one.a import name")
    assert room_map.main([], house) == 0
    added(house / "netkit/high/one/a.py", "import netkit.high.one")
    assert "imports go in a circle in netkit.high.one: " in refused(house, capsys)


def test_a_crowded_folder(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(room_map.MOST_FILES - 2):
        (house / f"netkit/high/one/f{number}.py").write_text('"""F."""\n', encoding="utf-8")
    assert room_map.main([], house) == 0
    (house / "netkit/high/one/data.yaml").touch()
    assert "netkit/high/one/ holds 17 files, more than 16" in refused(house, capsys)


def test_a_page_without_a_place_for_the_map(house: Path) -> None:
    (house / "docs" / "architecture.md").write_text("# Page\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no place for the map"):
        room_map.main(["--check"], house)


def test_circles_do_not_hide_crowds(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "netkit/low.py").write_text("import netkit.high\n", encoding="utf-8")
    for number in range(room_map.MOST_FILES):
        (house / f"netkit/high/one/f{number}.py").touch()
    said = refused(house, capsys)
    assert "circle" in said
    assert "holds" in said
