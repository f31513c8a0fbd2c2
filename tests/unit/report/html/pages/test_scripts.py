"""The scripts of the page share one scope: a name that two of them declare breaks all of it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import netkit.report

PAGE = Path(netkit.report.__file__).parent / "templates" / "page"
DECLARED = re.compile(r"^(?:async )?(?:function\*?|class) (\w+)", re.MULTILINE)
LISTED = re.compile(r"^(?:const|let|var) ([^;]*)", re.MULTILINE)
IN_BRACKETS = re.compile(r"\([^()]*\)?")
NAME = re.compile(r"(?:^|, )(\w+) = ")


def declared(text: str) -> list[str]:
    """The names that a script declares outside of any function."""
    lists = [IN_BRACKETS.sub("", found).partition("=>")[0] for found in LISTED.findall(text)]
    return [*DECLARED.findall(text), *(name for one in lists for name in NAME.findall(one))]


def test_names_are_found_in_all_the_ways_they_are_declared() -> None:
    text = "const A = 1, B = [2];\nfunction f() {\n  const inner = 1;\n}\nclass C {}\nlet d = 0;\n"
    assert sorted(declared(text)) == ["A", "B", "C", "d", "f"]


def test_no_name_is_declared_by_two_scripts() -> None:
    scripts = sorted(PAGE.rglob("*.js"))
    assert len(scripts) > 5
    names = Counter(name for file in scripts for name in declared(file.read_text()))
    assert [name for name, often in names.items() if often > 1] == []
