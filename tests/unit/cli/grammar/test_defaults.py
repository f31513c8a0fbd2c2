"""Defaults from variables and from a file, and what a command says beside its results."""

import json
from pathlib import Path

import pytest
from command import invoked

from netkit.cli.grammar.defaults import config_path
from netkit.errors import InputError

REGION = str(Path(__file__).parents[4] / "topologies" / "lab-region.yaml")
LATE = "bound of 1.000 ms"


def run(*words: object, **env: str) -> object:
    return invoked(*words, env=env)


def config(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return file


def test_a_variable_holds_for_its_command_before_one_for_all() -> None:
    assert run("plan", REGION, NETKIT_BOUND="1ms").exit_code == 2
    both = {"NETKIT_BOUND": "1ms", "NETKIT_PLAN_BOUND": "20ms"}
    assert run("plan", REGION, **both).exit_code == 0
    assert run("plan", "survive", REGION, **both).exit_code != 0
    assert run("plan", REGION, "--bound", "20ms", NETKIT_PLAN_BOUND="1ms").exit_code == 0


def test_a_file_holds_where_nothing_else_does(tmp_path: Path) -> None:
    file = config(tmp_path, 'max-sids = 9\n[plan]\nbound = "1ms"\n')
    assert run("--config", file, "plan", REGION).exit_code == 2
    assert run("plan", REGION, NETKIT_CONFIG=str(file)).exit_code == 2
    assert run("--config", file, "plan", REGION, "--bound", "20ms").exit_code == 0
    assert run("--config", file, "plan", REGION, NETKIT_BOUND="20ms").exit_code == 0
    assert run("--config", file, "explain", REGION, "qingpu-dc", "wuhu-dc").exit_code == 0


def test_the_users_own_file_is_found_by_itself(tmp_path: Path) -> None:
    (tmp_path / "netkit").mkdir()
    config(tmp_path / "netkit", '[plan]\nbound = "1ms"\n')
    assert run("plan", REGION, XDG_CONFIG_HOME=str(tmp_path)).exit_code == 2
    assert config_path({"XDG_CONFIG_HOME": "here"}, Path("/home/me")) == Path(
        "/home/me/.config/netkit/config.toml"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('bond = "1ms"', "no such option: bond; expected an option of netkit"),
        ("[plan]\ncount = 3", "no such option: count; expected an option of netkit plan"),
        ("[paln]\nbound = 1", r"no such command: \[paln\]. Did you mean 'plan'?"),
        ("[plan.survve]\nall = true", r"command: \[plan.survve\]. Did you mean 'survive'?"),
        ("[plan]\nbound = 5", "--bound: 5; expected a duration with its unit"),
        ("a b", "expected TOML"),
    ],
)
def test_what_a_file_has_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    done = run("--config", config(tmp_path, text), "plan", REGION)
    assert isinstance(done.exception, InputError)
    with pytest.raises(InputError, match=told):
        raise done.exception


def test_steps_are_told_when_asked_and_notes_unless_silenced(tmp_path: Path) -> None:
    assert "netkit: planning" not in run("plan", REGION).stderr
    assert "netkit: planning" in run("plan", REGION, "-v").stderr
    nowhere = {"NETKIT_STATE": str(tmp_path / "file" / "below")}
    (tmp_path / "file").touch()
    assert "netkit: note: not in the audit trail" in run("plan", REGION, **nowhere).stderr
    assert "netkit: note: " not in run("plan", REGION, "-q", **nowhere).stderr


def test_every_key_that_a_file_may_have_is_heeded(tmp_path: Path) -> None:
    """Also where Python calls the option otherwise: ``from`` is a word of its own there."""
    none = str(tmp_path / "none.json")
    done = run("--config", config(tmp_path, f'[plan]\nfrom = "{none}"\n'), "plan", REGION)
    assert done.exit_code != 0, "there is no such plan to go on from"
    odd = config(tmp_path, '[plan]\nformat = "graphml"\n')
    assert run("--config", odd, "plan", REGION).exit_code != 0
    few = run("plan", REGION, "--pairs", "all", "--plain").stdout
    everything = config(tmp_path, "all = true\n")
    whole = run("--config", everything, "plan", REGION, "--pairs", "all", "--plain").stdout
    assert len(whole.splitlines()) > len(few.splitlines())


def test_one_word_of_an_option_that_can_be_repeated_is_one_value(tmp_path: Path) -> None:
    told = []
    for value in ('"qingpu-dc:wuhu-dc"', '["qingpu-dc:wuhu-dc"]'):
        file = config(tmp_path, f"[plan]\npair = {value}\n")
        told.append(run("--config", file, "plan", REGION, "--plain").stdout)
    assert told[0] == told[1]
    assert "1 pair: 1 pass" in told[0]


def test_every_row_as_a_default_does_not_end_every_lab(tmp_path: Path) -> None:
    file = config(tmp_path, "[lab.down]\nall = true\n")
    done = run("--config", file, "lab", "status")
    assert isinstance(done.exception, InputError)
    assert "no such option: all; expected an option of netkit lab down" in str(done.exception)
    listed = run("--config", config(tmp_path, "all = true\n"), "config", "--json", NETKIT_ALL="1")
    (said,) = [one for one in json.loads(listed.stdout)["options"] if one["option"] == "all"]
    assert "plan" in said["commands"]
    assert not {"lab down", "lab clean"} & set(said["commands"])
