"""Every JSON document that a command writes names its schema, and a page describes it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from goldens import ROOT

SCHEMA = re.compile(r"netkit/[a-z-]+/\d+")
METRO = str(ROOT / "topologies" / "lab-metro.yaml")
COMMANDS = [
    ["topo", "check", METRO],
    ["topo", "show", METRO],
    ["topo", "import", METRO],
    ["topo", "diff", METRO, METRO],
    ["topo", "convert", METRO, "-o", "copy.yaml"],
    ["emit", METRO, "-o", "configs"],
    ["plan", METRO, "--pairs", "2"],
    ["explain", METRO, "xidan", "haidian"],
    ["advise", METRO],
    ["detour", METRO],
    ["place", METRO, "--workload", "extreme"],
    ["place", METRO, "--demands", "demands.csv"],
    ["lab", "check"],
]


def test_every_schema_is_documented() -> None:
    code = "".join(path.read_text() for path in (ROOT / "netkit").rglob("*.py"))
    pages = "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    assert set(SCHEMA.findall(code)) <= set(SCHEMA.findall(pages))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_documents_name_their_schema(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "demands.csv").write_text("city,class,racks\nxidan,extreme,1\n")
    netkit = Path(sys.executable).with_name("netkit")
    done = subprocess.run(
        [netkit, *command, "--json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert SCHEMA.fullmatch(json.loads(done.stdout)["schema"])
