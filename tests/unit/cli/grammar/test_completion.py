"""What shells offer, asked as bash asks."""

from pathlib import Path

import pytest
from measured_windows import window
from typer.testing import CliRunner

from netkit.cli.main import command_line
from netkit.store.windows.store import open_store

REGION = Path(__file__).parents[4] / "topologies" / "lab-region.yaml"


def offered(*words: str) -> list[str]:
    """Bash tells the words on the line, and which of them is being written."""
    line = ["netkit", *words]
    env = {
        "_NETKIT_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(line),
        "COMP_CWORD": str(len(line) - 1),
    }
    return CliRunner().invoke(command_line(), [], env=env, prog_name="netkit").stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["explain", str(REGION), "qi"], ["qingpu-dc"]),
        (["explain", str(REGION), "qingpu-dc", "w"], ["wuhu-dc"]),
        (["plan", str(REGION), "--via", "han"], ["hangzhou"]),
        (["plan", str(REGION), "--pair", "wu"], ["wuhu-dc:"]),
        (["plan", str(REGION), "--pair", "wuhu-dc:qi"], ["wuhu-dc:qingpu-dc"]),
        (["plan", str(REGION), "--metric", "d"], ["delay"]),
        (["plan", str(REGION), "--profile", "20"], ["2023", "2021"]),
        (["topo", "check", str(REGION), "--format", "graph"], ["graphml"]),
        (["emit", str(REGION), "--target", "j"], ["json", "junos"]),
        (["probe", "send", "far", "--tier", "2"], ["20ms"]),
        (["history", "--by", "m"], ["minute"]),
        (["lab", "up", "--igp", "s"], ["static", "staged"]),
        (["history", "--store", "sqlite:///no-such.sqlite", "--campaign", "h"], []),
        (["explain", "no-such-file.yaml", "qi"], []),
        (["explain", str(Path(__file__)), "qi"], []),
    ],
)
def test_values_are_completed(words: list[str], found: list[str]) -> None:
    assert offered(*words) == found


def test_campaigns_are_those_of_the_store_on_the_line(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'w.sqlite'}"
    with open_store(store) as opened:
        opened.add([window(), window(campaign="hills"), window(campaign="other")])
    assert offered("history", "--store", store, "--campaign", "h") == ["hills", "hubs"]
    assert offered("alarms", "show", "--store", store, "o") == ["other"]
