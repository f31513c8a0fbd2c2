"""A sweep on a cluster, by configuration alone: the same answers in the same order."""

import warnings

import joblib
import pytest
from small_topologies import line

from netkit.model.planning.demand import Demand
from netkit.planner import parallel as sweep
from netkit.planner.plan import plan_demands


def test_a_dask_cluster_gives_the_same_answers(monkeypatch):
    # Here, not above: each worker would load it, to find one test.
    distributed = pytest.importorskip("distributed", reason="needs the package distributed")
    topology = line(*[1_000] * 9)
    demands = [Demand(a, b, 5_000) for a in "abcde" for b in "fghij"]
    alone = plan_demands(topology, demands)
    monkeypatch.setattr(sweep, "WORTH_SPREADING", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask's own, about its own ports and sockets
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster),
            joblib.parallel_config(backend="dask"),
        ):
            assert plan_demands(topology, demands) == alone
            assert cluster.scheduler.transition_counter
