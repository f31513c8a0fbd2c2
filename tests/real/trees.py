"""Debian root trees with the routing daemons of a release, and programs run inside them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from netkit.lab.igp.frr import release

HERE = Path(__file__).parent
TREES = HERE.parents[1] / "out" / "real"
SUPPORT = HERE.parent / "support"
INSIDE = "opt/netkit-real"

RELEASES = {"bookworm": ("8.4", "3.10"), "trixie": ("10.3", "3.36")}
"""What each release has of FRR and GoBGP."""


def tree_of(suite: str) -> Path:
    """The tree of a release, made where it is not there yet."""
    return release.tree_of(suite, TREES)


def recorded(suite: str, program: str, *needed: Path) -> Path:
    """Run a program of this folder inside the tree of a release; the folder that it wrote to."""
    tree = tree_of(suite)
    inside = tree / INSIDE
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir(parents=True)
    for path in (HERE / program, *needed):
        shutil.copy(path, inside)
    words = ["python3", f"/{INSIDE}/{program}", f"/{INSIDE}/out"]
    command = release.root_tree("enter", str(tree), *words)
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return inside / "out"
