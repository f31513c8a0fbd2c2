"""``python -m benchmarks``: run all, print a table, write ``out/bench/*.json``."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

from benchmarks import (
    agent,
    building,
    clocks,
    dashboard,
    fuzz,
    kernel_reflector,
    link_state,
    locate,
    planner,
    planner_exact,
    reflector_costs,
    reflector_floods,
    report,
    stamp,
    store,
)

OUT = Path(__file__).parents[1] / "out" / "bench"


def main() -> None:
    """Run every benchmark; each compares with a peer in the same run."""
    OUT.mkdir(parents=True, exist_ok=True)
    modules = (
        planner, planner_exact, building, clocks, link_state, locate, stamp, kernel_reflector, fuzz,
        reflector_costs, reflector_floods, agent, store, report, dashboard,
    )  # fmt: skip
    for module in modules:
        name = module.__name__.rpartition(".")[2]
        rows = module.run()
        machine = {"python": sys.version.split()[0], "machine": platform.platform()}
        document = {"schema": "netkit/bench/1", "benchmark": name, **machine, "rows": rows}
        (OUT / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        print(f"{name} -> {OUT / name}.json")
        for row in rows:
            figures = ", ".join(f"{key} {value}" for key, value in row.items() if key != "what")
            print(f"  {row['what']}: {figures}")


if __name__ == "__main__":
    main()
