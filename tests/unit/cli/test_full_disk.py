"""A disk that is full, or gets full: nothing is left on it, or the last result whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from goldens import ROOT

REGION = str(ROOT / "topologies" / "lab-region.yaml")
WORDS = {
    "emit": ["emit", REGION, "-o", "DISK/new/configs"],
    "targets": ["emit", REGION, "--target", "linux", "--target", "huawei", "-o", "DISK/mixed"],
    "plan": ["plan", REGION, "--pairs", "all", "-o", "DISK/new/plan.json"],
    "page": ["plan", REGION, "--html", "DISK/new/page.html"],
    "import": ["topo", "import", REGION, "-o", "DISK/a/b/region.yaml"],
}
TRIES = """
import json, sys
from pathlib import Path
from command import netkit
disk = Path(sys.argv[1])
free_bytes, before, words = json.loads(sys.argv[2])
def held():
    return {str(one): one.is_file() and one.read_bytes() for one in sorted(disk.rglob("*"))}
if before:
    assert netkit(*before).returncode == 0
with open(disk / "filler", "wb", buffering=0) as filler:
    try:
        while filler.write(bytes(4096)):
            pass
    except OSError:
        filler.truncate(filler.tell() - free_bytes)
then = held()
done = netkit(*words)
print(json.dumps([done.returncode, done.stderr, held() == then]))
"""


def on_a_small_disk(
    disk: Path, free_bytes: int, words: list[str], before: list[str] | None = None
) -> tuple[int, str, bool]:
    """The code and the words of a command, and whether it has left the disk as it was."""
    # A mount namespace of its own: the disk is gone with the process.
    script = 'mount -t tmpfs -o size=160k none "$1" && shift && exec "$@"'
    asked = json.dumps([free_bytes, before, words]).replace("DISK", str(disk))
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", disk,
         sys.executable, "-c", TRIES, disk, asked],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests" / "support")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    code, told, same = json.loads(done.stdout)
    return code, told, same


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk; needs root")
@pytest.mark.parametrize(
    ("kind", "free_bytes"), [*((kind, 0) for kind in WORDS), ("emit", 8192), ("targets", 8192)]
)
def test_nothing_is_left_on_a_full_disk(tmp_path: Path, kind: str, free_bytes: int) -> None:
    code, told, same = on_a_small_disk(tmp_path, free_bytes, WORDS[kind])
    assert code == 3
    assert told.splitlines()[-1].endswith("No space left on device")
    assert told.count("\n") == 1
    assert same


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk; needs root")
def test_the_last_result_stays_whole_on_a_full_disk(tmp_path: Path) -> None:
    before = ["emit", REGION, "-o", "DISK/configs"]
    code, told, same = on_a_small_disk(tmp_path, 8192, [*before, "--pairs", "all"], before)
    assert (code, same) == (3, True)
    assert told.endswith("No space left on device\n")
