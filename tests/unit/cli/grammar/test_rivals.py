"""Of options that exclude each other the one that is typed stands, whatever defaults say; and a
default that cannot be used is refused by the place it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer.main
from command import invoked, netkit
from goldens import ROOT

from netkit.cli.grammar.command import every_option
from netkit.cli.grammar.rivals import RIVALS
from netkit.cli.index import application
from netkit.cli.main import root

REGION = str(ROOT / "topologies" / "lab-region.yaml")
ONE_PAIR = "1 pair: 1 pass"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def planned(config: Path, *words: str, **env: str) -> str:
    return invoked("--config", config, "plan", REGION, "--plain", *words, env=env).stdout


def test_a_pair_that_is_typed_stands_beside_pairs_of_the_file(config: Path) -> None:
    config.write_text('pairs = "all"\n')
    assert "42 pairs" in planned(config)
    assert ONE_PAIR in planned(config, "--pair", "qingpu-dc:wuhu-dc")
    assert ONE_PAIR in planned(config, NETKIT_PAIR="qingpu-dc:wuhu-dc")
    config.write_text('pair = "qingpu-dc:wuhu-dc"\n')
    assert "42 pairs" in planned(config, "--pairs", "all")
    assert "42 pairs" in planned(config, "--pairs", "all", NETKIT_PLAN_PAIR="qingpu-dc:wuhu-dc")


def test_few_rows_that_are_asked_for_are_few_though_all_are_the_default(config: Path) -> None:
    config.write_text("all = true\nquiet = true\n")
    whole = planned(config, "--pairs", "all").splitlines()
    assert len(whole) > len(planned(config, "--pairs", "all", "--top", "2").splitlines())
    loud = invoked("--config", config, "plan", REGION, "-v")
    assert "netkit: planning" in loud.stderr


def test_two_that_are_typed_or_stand_in_one_file_are_refused(config: Path) -> None:
    config.write_text('[plan]\npairs = "all"\npair = "qingpu-dc:wuhu-dc"\n')
    done = netkit("plan", REGION, env={"NETKIT_CONFIG": str(config)})
    assert done.returncode == 3
    assert done.stderr == f"netkit: {config}: --pair and --pairs; expected one of the two\n"
    typed = netkit("plan", REGION, "--pairs", "all", "--pair", "qingpu-dc:wuhu-dc")
    assert typed.stderr == "netkit: command line: --pair and --pairs; expected one of the two\n"


@pytest.mark.parametrize(
    ("rival", "typed"),
    [
        ('tier = "20ms"', ("--bound", "5ms", "--count", "1")),
        ('duration = "1h"', ("--count", "1")),
        ("poisson = true", ("--burst", "2", "--count", "2")),
    ],
)
def test_what_is_typed_for_a_probe_stands(config: Path, rival: str, typed: tuple[str, ...]) -> None:
    """Nobody answers at that port, and what is sent there is soon over."""
    config.write_text(f"[probe.send]\n{rival}\n")
    soon = ("--timeout", "10ms", "--interval", "1ms")
    words = ("probe", "send", "::1", "--port", "9", *typed, *soon)
    done = netkit(*words, env={"NETKIT_CONFIG": str(config)})
    assert "0 of" in done.stderr, done.stderr


def test_a_default_that_cannot_be_used_is_refused_by_its_place(config: Path) -> None:
    config.write_text('profile = "2024"\n')
    filed = netkit("plan", REGION, env={"NETKIT_CONFIG": str(config)})
    assert filed.stderr.startswith(f"netkit: {config}: --profile: 2024; expected 2023")
    by_hand = netkit("plan", REGION, "--profile", "2022", env={"NETKIT_CONFIG": str(config)})
    assert by_hand.stderr.startswith("netkit: command line: --profile: 2022; expected 2023")
    variable = netkit("plan", REGION, env={"NETKIT_PLAN_BOUND": "5"})
    assert variable.stderr.startswith("netkit: NETKIT_PLAN_BOUND: --bound: 5; expected a duration")
    typers = netkit("plan", REGION, env={"NETKIT_MAX_SIDS": "three"})
    assert typers.stderr.startswith("netkit: NETKIT_MAX_SIDS: Invalid value for '--max-sids'")


def test_every_rival_is_one_of_some_command() -> None:
    commands = typer.main.get_command(application(root))
    every = every_option(typer.Context(commands)).options
    for rivals in RIVALS:
        assert any(rivals <= options for options in every.values()), rivals
