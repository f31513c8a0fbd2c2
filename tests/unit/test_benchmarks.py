"""Benchmarks can be started: all by ``python -m benchmarks``, each by its own name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FOLDER = ROOT / "benchmarks"
_NAMES = sorted(
    path.stem
    for path in _FOLDER.glob("[a-z]*.py")
    if "\ndef run(" in path.read_text(encoding="utf-8")
)


def test_all_are_found_by_an_interpreter_that_knows_nothing_of_tests() -> None:
    names = ["__main__", *_NAMES]
    program = "; ".join(f"import benchmarks.{name}" for name in names)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", _NAMES)
def test_each_runs_by_its_name(name: str) -> None:
    assert '\nif __name__ == "__main__":\n' in (_FOLDER / f"{name}.py").read_text(encoding="utf-8")


def test_there_are_some() -> None:
    assert {"agent", "locate", "report", "stamp", "store"} <= set(_NAMES)
