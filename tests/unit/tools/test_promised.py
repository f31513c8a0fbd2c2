"""What is tried less often in ``make test`` is tried as often as promised in ``make test-real``."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_all_that_asks_how_much_is_enough_is_run_again_with_all() -> None:
    (names,) = re.findall(r"^PROMISED := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    promised = [ROOT / name for name in names.split()]
    asking = [
        path for path in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"^from examples import", path.read_text(), re.MULTILINE)
    ]  # fmt: skip
    assert all(path.exists() for path in promised)
    assert asking
    assert [path for path in asking if not {path, *path.parents} & set(promised)] == []
