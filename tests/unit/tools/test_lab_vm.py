"""Two runs in virtual time are held against each other byte for byte."""

from __future__ import annotations

import runpy

import pytest
from goldens import ROOT

TOOL = runpy.run_path(str(ROOT / "tools" / "lab-vm"))


@pytest.fixture
def runs(tmp_path):
    for run in ("delays", "again"):
        (tmp_path / run).mkdir()
        (tmp_path / run / "log").write_text("said")
        (tmp_path / run / "links-lab-metro.json").write_text("[7]")
    return tmp_path


def test_the_same_bytes_are_the_same(runs, capsys):
    assert TOOL["compared"](runs) == 0
    assert capsys.readouterr().out.endswith("two runs gave the same bytes\n")


@pytest.mark.parametrize("other", ["[8]", None])
def test_another_figure_or_a_table_less_is_a_breach_and_named(runs, capsys, other):
    table = runs / "again" / "links-lab-metro.json"
    table.unlink() if other is None else table.write_text(other)
    assert TOOL["compared"](runs) == 2
    assert "other bytes of links-lab-metro.json" in capsys.readouterr().out
