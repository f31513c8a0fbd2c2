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


def quoted_on(*pages: str) -> set[str]:
    """All words that the pages quote, but in blocks."""
    texts = [(ROOT / "docs" / page).read_text(encoding="utf-8") for page in pages]
    texts = [re.sub(r"```.*?```", "", text, flags=re.DOTALL) for text in texts]
    return {
        word
        for text in texts
        for quoted in re.findall(r"`([^`]+)`", text)
        for word in WORD.findall(quoted)
    }


DOCUMENTED = quoted_on("plan-json.md", "commands-json.md")
OF_TOPOLOGIES = quoted_on("topology-format.md")
"""What a plan was made from has a topology inside."""


def test_every_schema_is_documented() -> None:
    code = "".join(path.read_text() for path in (ROOT / "netkit").rglob("*.py"))
    pages = "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    assert set(SCHEMA.findall(code)) <= set(SCHEMA.findall(pages))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_documents_name_their_schema(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "demands.csv").write_text("city,class,racks\nxidan,extreme,1\n")
    document = json.loads(netkit(*command, "--json", cwd=tmp_path).stdout)
    assert SCHEMA.fullmatch(document["schema"])
    topology = document.get("made_from", {}).pop("topology", {})
    assert set(fields(topology)) <= OF_TOPOLOGIES
    assert set(fields(document)) <= DOCUMENTED


def fields(value: object) -> Iterator[str]:
    """The keys of all objects inside."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from fields(one)
