"""What docs/constraints.md shows is what the commands answer."""

import json
import shlex

import pytest
from command import invoked
from goldens import ROOT

PAGE = (ROOT / "docs" / "constraints.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.partition("| options | way |")[2].splitlines()[2:6]
]


def explained(options):
    arguments = ["explain", str(ROOT / "topologies" / "lab-region.yaml"), "qingpu-dc", "wuhu-dc"]
    answer = invoked(*arguments, *shlex.split(options), "--json")
    return json.loads(answer.stdout)["pairs"][0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0] or "none")
def test_the_table(row):
    options, way, *figures = row
    pair = explained(options.strip("`"))
    certificate = pair["certificate"]
    assert ", ".join(pair["nodes"][1:-1]) == way
    shown = [certificate[key] for key in ("guaranteed_ms", "jitter_ms", "loss_percent")]
    assert shown == [float(figure) for figure in figures]


def test_what_would_help():
    relaxations = explained("--max-jitter 0.05ms")["reason"]["relaxations"]
    assert "\n".join(one["text"] for one in relaxations) in PAGE
    assert len(relaxations) == 1
