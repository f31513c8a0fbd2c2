"""Every JSON document that a command writes names its schema, and a page names every field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

SCHEMA = re.compile(r"netkit/[a-z-]+/\d+")
WORD = re.compile(r"[a-z0-9_]+")
METRO, PLANES, TWO = (
    str(ROOT / "topologies" / f"lab-{name}.yaml") for name in ("metro", "planes", "two-operators")
)
COMMANDS = [
    ["topo", "check", METRO],
    ["topo", "show", METRO],
    ["topo", "nodes", METRO],
    ["topo", "import", METRO],
    ["topo", "diff", METRO, METRO],
    ["topo", "convert", METRO, "-o", "copy.yaml"],
    ["emit", METRO, "-o", "configs"],
    ["emit", METRO, "--target", "all", "-o", "every"],
    ["diff", METRO, METRO],
    ["plan", METRO, "--pairs", "2"],
    ["plan", PLANES, "--algorithms", "all", "--usid", "--alternatives", "2"],
    ["plan", TWO, "--pairs", "all", "--stitch", "binding", "--bandwidth", "5"],
    ["plan", "survive", METRO, "--pairs", "2"],
    ["topo", "show", TWO],
    ["explain", METRO, "xidan", "haidian"],
    ["explain", TWO, "shanghai-ct", "shanghai-cm", "--max-hops", "2"],
    ["advise", METRO],
    ["advise", TWO, "--pairs", "all"],
    ["detour", TWO, "--pairs", "all"],
    ["place", METRO, "--workload", "extreme"],
    ["place", METRO, "--demands", "demands.csv"],
    ["lab", "check"],
]
DOCUMENTED = {
    word
    for page in ("plan-json.md", "commands-json.md")
    for quoted in re.findall(r"`([^`]+)`", (ROOT / "docs" / page).read_text(encoding="utf-8"))
    for word in WORD.findall(quoted)
}


def test_every_schema_is_documented() -> None:
    code = "".join(path.read_text() for path in (ROOT / "netkit").rglob("*.py"))
    pages = "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    assert set(SCHEMA.findall(code)) <= set(SCHEMA.findall(pages))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_documents_name_their_schema(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "demands.csv").write_text("city,class,racks\nxidan,extreme,1\n")
    document = json.loads(netkit(*command, "--json", cwd=tmp_path).stdout)
    assert SCHEMA.fullmatch(document["schema"])
    assert set(fields(document)) <= DOCUMENTED


def fields(value: object) -> Iterator[str]:
    """The keys of all objects inside."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from fields(one)
