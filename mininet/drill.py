#!/usr/bin/env python3
"""A failure drill: cut a trunk under running pairs, and hold packets against every certificate.

    sudo .venv/bin/python mininet/drill.py [SCENARIO]

The same as ``netkit lab drill SCENARIO``; exit code 0 if packets bear out the plan, 2 if not.
"""

from __future__ import annotations

import sys

from netkit.cli.common import console, run
from netkit.errors import ExitCode
from netkit.model.verdict import exit_code
from netkit.report.terminal.lab.drill import drill_table
from netkit.workflows.drills.run import drill, load_drill


def main(**_: object) -> ExitCode:
    """Plan, boot, drill, report."""
    scenario, topology = load_drill(sys.argv[1] if sys.argv[1:] else "region/srlg-huning")
    result = drill(scenario, topology)
    out = console()
    out.print(drill_table(result, width=out.width))
    return exit_code(result.verdict)


if __name__ == "__main__":
    run(main)
