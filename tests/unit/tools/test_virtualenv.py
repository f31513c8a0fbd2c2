"""Set-up makes its virtual environment, and empties no folder that is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from goldens import ROOT


@pytest.mark.parametrize("inside", ["theirs", "bin/theirs"])
def test_a_folder_that_is_no_virtual_environment_is_left_alone(tmp_path: Path, inside: str) -> None:
    theirs = tmp_path / inside
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("theirs")
    done = subprocess.run(
        [ROOT / "tools/virtualenv", tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, theirs.read_text()) == (3, "theirs")
    assert "is no virtual environment" in done.stderr
