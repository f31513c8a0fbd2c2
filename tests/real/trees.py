"""Debian root trees with the routing daemons of a release, and programs run inside them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
TREES = HERE.parents[1] / "out" / "real"
SUPPORT = HERE.parent / "support"
INSIDE = "opt/netkit-real"

RELEASES = {"bookworm": ("8.4", "3.10"), "trixie": ("10.3", "3.36")}
"""What each release has of FRR and GoBGP."""


def tree_of(release: str) -> Path:
    """The tree of a release, made where it is not there yet."""
    tree = TREES / release
    subprocess.run([str(HERE / "root-tree"), release, str(tree)], check=True, timeout=600)
    return tree


def recorded(release: str, program: str, *needed: Path) -> Path:
    """Run a program of this folder inside the tree of a release; the folder that it wrote to."""
    tree, tool = tree_of(release), str(HERE / "root-tree")
    inside = tree / INSIDE
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir(parents=True)
    for path in (HERE / program, *needed):
        shutil.copy(path, inside)
    command = [tool, "enter", str(tree), "python3", f"/{INSIDE}/{program}", f"/{INSIDE}/out"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return inside / "out"
