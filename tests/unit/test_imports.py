"""Rooms load only what they need: pure ones nothing of the world, the commands nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOPOLOGIES = Path(__file__).parents[2] / "topologies"


def modules_after(program: str) -> list[str]:
    """What is loaded once a program has run."""
    output = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}\nprint('\\n'.join(sys.modules))"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return output.split()


def loaded_by(module: str) -> set[str]:
    return {name.partition(".")[0] for name in modules_after(f"import {module}")}


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
    assert not heavy & set(
        modules_after("from netkit.cli.main import command_line; command_line()")
    )


def test_a_command_starts_without_the_others() -> None:
    loaded = modules_after(
        "from netkit.cli.main import command_line; command_line(['probe', 'send'])"
    )
    commands = {one for one in loaded if one.startswith("netkit.cli.commands.")}
    assert "netkit.cli.commands.probe.send" in commands
    assert all("probe" in one for one in commands)


PLAN = """
from netkit.files.importers.formats import read_topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan_options import PlanOptions
from netkit.workflows.plans.plan_again import plan_from
topology = read_topology({file!r})
src, dst = (node.name for node in topology.active_nodes[:2])
asked = DemandSet(topology, (Demand(src, dst, 100_000),), "")
assert plan_from(None, asked, PlanOptions()).pairs[0].primary
"""


def test_a_small_plan_waits_for_no_solver_no_graph_library_and_no_sweep_over_cores() -> None:
    loaded = modules_after(PLAN.format(file=str(TOPOLOGIES / "lab-metro.yaml")))
    heavy = {"networkx", "scipy.optimize", "joblib", "numba", "netkit.planner.replan.replanner"}
    assert not heavy & set(loaded)


@pytest.mark.parametrize(
    "module",
    ["netkit.cli.commands.probe.check", "netkit.monitor.checks", "netkit.store.newest.reading",
     "netkit.report.terminal.monitoring.plugin"],
)  # fmt: skip
def test_the_plug_in_that_monitors_start_every_minute_loads_no_arrays(module: str) -> None:
    assert not {"numpy", "sqlalchemy", "rich"} & loaded_by(module)
