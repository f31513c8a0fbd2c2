"""A sweep on a cluster, by configuration alone: the same answers in the same order."""

import subprocess
import sys
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


HEARD = """
import re, signal
from multiprocessing import resource_tracker as stdlib_tracker
from pathlib import Path

from joblib.externals.loky.backend import resource_tracker as tracker

from netkit.planner.parallel import WORTH_SPREADING, spread

told = {signal.SIGINT, signal.SIGHUP}

def heard(pieces):
    return [told - signal.pthread_sigmask(signal.SIG_BLOCK, ()) for _ in pieces]

assert not any(spread(heard, range(8), 10 * WORTH_SPREADING))
assert heard([0]) == [told]
for pid in (stdlib_tracker._resource_tracker._pid, tracker._resource_tracker._pid):
    status = Path(f"/proc/{pid}/status").read_text()
    deaf = [int(word, 16) for word in re.findall(r"Sig(?:Blk|Ign):\\s(\\w+)", status)]
    assert all(any(mask >> (number - 1) & 1 for mask in deaf) for number in told), (pid, deaf)
"""


@pytest.mark.skipif(sweep.cores() == 1, reason="with one core all is done here")
def test_other_processes_do_not_hear_ctrl_c_that_this_one_acts_on():
    """A terminal sends it to all: each that was starting had a traceback on the screen. One that is
    closed ended what was to clear their shared memory. In a process of its own: another test may
    have started in this one what clears, and let it hear."""
    done = subprocess.run(
        [sys.executable, "-c", HEARD], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
