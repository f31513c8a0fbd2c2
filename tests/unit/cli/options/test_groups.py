"""Groups of options: every field is an option, defaults can differ by command."""

import json

from goldens import ROOT
from typer.testing import CliRunner

from netkit.cli.main import app

METRO = str(ROOT / "topologies" / "lab-metro.yaml")
PAIR = ["--pair", "xidan:haidian"]


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_the_same_options_mean_the_same_to_every_command_that_plans():
    asked = [METRO, "--bound", "0.5", "--max-hops", "1", "--max-sids", "2", "--json"]
    planned = json.loads(run("plan", *asked, *PAIR).stdout)["pairs"]
    explained = json.loads(run("explain", METRO, "xidan", "haidian", *asked[1:]).stdout)["pairs"]
    assert explained[0].pop("margin") or explained[0]["reason"].pop("relaxations") is not None
    assert planned[0].pop("margin") is None
    assert (planned[0]["reason"] or {"relaxations": None}).pop("relaxations") is None
    assert planned == explained
    assert planned[0]["constraints"] == {"max_hops": 1}


def test_a_command_can_have_defaults_of_its_own():
    for command, shown in (("pairs", "[default:no-protect]"), ("survive", "[default:protect]")):
        words = run("plan", command, "--help").stdout.replace("│", "").split()
        assert shown in "".join(words)
