"""Groups of options: every field is an option, and means the same to every command."""

import json

from command import invoked
from goldens import ROOT

METRO = str(ROOT / "topologies" / "lab-metro.yaml")
PAIR = ["--pair", "xidan:haidian"]


def run(*words: str):
    return invoked(*words)


def test_the_same_options_mean_the_same_to_every_command_that_plans():
    asked = ["--bound", "0.5ms", "--max-hops", "1", "--max-sids", "2", "--json"]
    planned, explained = both(asked)
    assert planned["verdict"] == "pass"
    assert planned["constraints"] == {"max_hops": 1}
    assert explained["margin"] is not None
    assert planned == {**explained, "margin": None}


def test_the_same_options_refuse_alike_in_every_command_that_plans():
    planned, explained = both(["--bound", "0.05ms", "--max-hops", "1", "--json"])
    assert planned["verdict"] == "breach"
    assert explained["reason"]["relaxations"]
    without = {**explained["reason"], "relaxations": None}
    assert planned == {**explained, "reason": without}


def both(asked):
    """The one pair as ``plan`` answers it and as ``explain`` does."""
    planned = json.loads(run("plan", METRO, *asked, *PAIR).stdout)["pairs"]
    explained = json.loads(run("explain", METRO, "xidan", "haidian", *asked).stdout)["pairs"]
    (one,), (other,) = planned, explained
    return one, other


def test_every_command_that_plans_has_the_same_defaults():
    commands = (["plan", "pairs"], ["plan", "survive"], ["explain"], ["emit"])
    for command in commands:
        words = run(*command, "--help").stdout.replace("│", "").split()
        assert "[default:no-protect]" in "".join(words)
