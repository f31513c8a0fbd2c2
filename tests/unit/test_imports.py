"""Rooms load only what they need: pure ones nothing of the world, the commands nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_by(module: str) -> set[str]:
    program = f"import sys, {module}; print('\\n'.join(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    return {name.partition(".")[0] for name in output.split()}


@pytest.mark.parametrize(
    "module",
    [
        "netkit.planner.plan",
        "netkit.emit.linux.ip_batch",
        "netkit.probe",
        "netkit.monitor.locate.locate",
        "netkit.monitor.alarms.watch",
    ],
)
def test_pure_rooms_stay_pure(module: str) -> None:
    assert not {"pyroute2", "scapy", "mininet", "pandas"} & loaded_by(module)


def test_the_command_line_starts_light() -> None:
    heavy = {"numpy", "scipy", "networkx", "mininet", "pyroute2", "pandas"}
    assert not heavy & loaded_by("netkit.cli.main")


@pytest.mark.parametrize(
    "module",
    ["netkit.cli.plugin", "netkit.monitor.checks", "netkit.store.newest.reading",
     "netkit.report.terminal.monitoring.plugin"],
)  # fmt: skip
def test_the_plug_in_that_monitors_start_every_minute_loads_no_arrays(module: str) -> None:
    assert not {"numpy", "sqlalchemy", "rich"} & loaded_by(module)
