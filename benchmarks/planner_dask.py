"""The same sweep by threads, by joblib's processes and by a Dask cluster of two local workers.

``python -m benchmarks.planner_dask 10000`` plans so many demands on 5,000 nodes with each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import distributed
import joblib

from benchmarks.planner import Row, asked, backbone
from benchmarks.process_cost import cost_of
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands
from netkit.planner.warm_up import warm_up

WORKERS = 2
_NODES, _LINKS, _DEMANDS = 5_000, 15_000, 1_000


@contextmanager
def _dask() -> Iterator[None]:
    cluster = distributed.LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, dashboard_address=None
    )
    with cluster, distributed.Client(cluster), joblib.parallel_config(backend="dask"):
        yield


def run(count: int = _DEMANDS) -> list[Row]:
    """One row a backend; the plans must be equal."""
    topology = backbone(_NODES, _LINKS)
    demands = asked(topology, count)
    warm_up()
    backends = {
        "threads, as planned by itself": partial(joblib.parallel_config, n_jobs=WORKERS),
        "joblib, processes": partial(joblib.parallel_config, backend="loky", n_jobs=WORKERS),
        "Dask, local workers": _dask,
    }
    rows, plans = list[Row](), list[Plan]()
    for name, backend in backends.items():
        with backend():
            cost = cost_of(
                lambda: plans.append(plan_demands(topology, demands, PlanOptions(backups=False)))
            )
        what = f"{count} demands, {_NODES} nodes, {_LINKS} links: {name}"
        rows.append({"what": what, **cost._asdict(), "same_plan": plans[-1] == plans[0]})
        print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else _DEMANDS), indent=2))
