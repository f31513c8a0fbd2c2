"""Many demands over all cores, through joblib: a configuration can take them to a cluster.

``joblib.parallel_config(backend="dask")``, or Ray's, around a call is all that it takes. Answers
come in the order of the demands, whoever computed them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from joblib import Parallel, delayed, effective_n_jobs

from netkit.model.plan import Demand, PairPlan
from netkit.planner.igp import Igp
from netkit.planner.options import PlanOptions
from netkit.planner.pair import PairPlanner

WORTH_SPREADING = 2_000_000
"""Nodes times demands from which on other processes repay their start."""

_CHUNKS_PER_JOB = 4


def planned(igp: Igp, demands: Sequence[Demand], options: PlanOptions) -> Iterator[PairPlan]:
    """Answers in the order of ``demands``, as they come."""
    jobs = effective_n_jobs(-1)
    if jobs == 1 or len(igp.network.nodes) * len(demands) < WORTH_SPREADING:
        planner = PairPlanner(igp, options)
        yield from (planner.answer(demand) for demand in demands)
        return
    size = -(-len(demands) // (jobs * _CHUNKS_PER_JOB))
    chunks = [demands[start : start + size] for start in range(0, len(demands), size)]
    work = (delayed(_plan_chunk)(igp, chunk, options) for chunk in chunks)
    for answers in Parallel(n_jobs=-1, return_as="generator")(work):
        yield from answers


def _plan_chunk(igp: Igp, demands: Sequence[Demand], options: PlanOptions) -> list[PairPlan]:
    planner = PairPlanner(igp, options)
    return [planner.answer(demand) for demand in demands]
