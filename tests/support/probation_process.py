"""``probation_process.py NETNS STATE``: a change of that router on probation, until a kill."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from applied_router import policy, small_state

from netkit.workflows.routers.apply import Wanted
from netkit.workflows.routers.probation import Probation


def wanted(node: int) -> Wanted:
    """A policy over that node."""
    return Wanted("harbin", tuple(small_state(policy(2, node))), f"sha256:{node}")


if __name__ == "__main__":
    held = Probation(wanted(7), Path(sys.argv[2]), sys.argv[1])
    print("on probation", file=sys.stderr, flush=True)
    time.sleep(600)
