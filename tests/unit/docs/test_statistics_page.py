"""The programs in the documents run as they stand."""

from __future__ import annotations

import re

import pytest
from goldens import ROOT


@pytest.mark.parametrize("name", ["clocks.md", "statistics.md"])
def test_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    programs = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert programs
    for program in programs:
        exec(compile(program, name, "exec"), {})
    assert capsys.readouterr().out
