"""What is tried less often in ``make test`` is tried as often as promised in ``make test-real``."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_all_that_asks_how_much_is_enough_is_run_again_with_all() -> None:
    told = subprocess.run(
        ["make", "-n", "-C", ROOT, "test-real"], capture_output=True, text=True, check=True
    ).stdout
    (run,) = [line.split() for line in told.splitlines() if "NETKIT_EXAMPLES=all" in line]
    promised = {ROOT / word for word in run if word.startswith("tests/")}
    asking = {
        path for path in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"^from examples import", path.read_text(), re.MULTILINE)
    }  # fmt: skip
    assert promised == asking
    assert asking
