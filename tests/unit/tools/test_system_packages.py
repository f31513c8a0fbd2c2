"""Set-up without root names what is missing, and goes on with what there is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from goldens import ROOT


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder for PATH: what every system has, and somebody who is not root."""
    for command in ("sh", "dirname", "sed"):
        (tmp_path / command).symlink_to(f"/usr/bin/{command}")
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    return tmp_path


def run(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "tools" / "system-packages"], env={"PATH": str(path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_without_the_lab_s_packages_it_goes_on(bare: Path) -> None:
    (bare / "python3").symlink_to(sys.executable)
    done = run(bare)
    first, remedy, then = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (0, "")
    assert first.startswith("netkit: not installed on this machine:")
    assert " mininet" in first
    assert " python" not in first
    assert remedy.startswith("netkit: to get it, as root: apt-get install -y")
    assert then == "netkit: going on without: the lab needs it, planning and probing do not"


def test_without_python_it_ends_and_says_so(bare: Path) -> None:
    done = run(bare)
    assert done.returncode == 3
    assert "netkit: needs Python 3.11 or later" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("python3 python3-venv")
