"""``netkit topo check`` and ``netkit topo show``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from netkit.cli.topo import app
from netkit.errors import ExitCode, InputError

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "topologies").glob("*.yaml"))
LAB = str(ROOT / "topologies" / "lab-two-operators.yaml")
WRONG = str(ROOT / "tests" / "golden" / "errors" / "together.yaml")


def run(*arguments):
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_is_good(path):
    result = run("check", str(path))
    assert result.exit_code == 0
    assert f"{path}: {path.stem} is good: " in result.output


def test_problems_leave_as_the_error_that_the_command_line_prints():
    result = run("check", WRONG)
    assert isinstance(result.exception, InputError)


def test_check_as_json():
    result = run("check", LAB, "--json")
    assert json.loads(result.output) == {
        "file": LAB, "ok": True, "problems": [], "nodes": 8, "links": 8, "adjacencies": 16,
        "exchanges": 1, "operators": 2, "planned": 0,
    }  # fmt: skip
    result = run("check", WRONG, "--json")
    document = json.loads(result.output)
    assert result.exit_code == ExitCode.UNKNOWN
    assert not document["ok"]
    assert document["problems"][2]["line"] == 12
    assert document["problems"][2]["expected"] == "role border or core"


def test_show_counts_what_is_there():
    document = json.loads(run("show", LAB, "--json").output)
    assert document["summary"]["links"] == 8
    assert {"operator": "ct", "role": "border", "status": "active", "nodes": 2} in document["nodes"]
    assert document["links"] == [
        {"kind": "direct_connect", "basis": "length", "status": "active", "links": 1},
        {"kind": "exchange", "basis": "length", "status": "active", "links": 1},
        {"kind": "trunk", "basis": "coordinates", "status": "active", "links": 6},
    ]
    assert document["srlgs"][0] == {"srlg": "huhang-trunk", "links": 2}
    assert document["exchanges"][0]["members"] == "hangzhou-ct hangzhou-cm"


def test_show_for_people_names_the_parts():
    output = run("show", LAB).output
    for word in ("Two operators", "border", "direct_connect", "huning-trunk", "hangzhou-exchange"):
        assert word in output
