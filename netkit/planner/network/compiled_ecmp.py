"""The fold over ECMP's branches by compiled code: what it is given."""

from __future__ import annotations

import numpy as np

from netkit.planner.arrays import FloatArray, IntArray, Weights
from netkit.planner.compiled.igp_tables import folded
from netkit.planner.network.network import Network

_EXACT = 2.0**53
"""Numbers of branches below this are exact in floats, in whatever order they are added."""


def compiled_fold(
    network: Network, distance: FloatArray, weight: Weights, targets: IntArray
) -> tuple[FloatArray, FloatArray] | None:
    """What :func:`netkit.planner.network.ecmp.fold` finds; None where branches are too many to be
    counted exactly, and the order of adding would show."""
    n, many = len(network.nodes), len(targets)
    worst, count = np.empty((n, many)), np.empty((n, many))
    most = folded(
        network.incoming[1], network.incoming[0], network.tables, distance,
        network.tail, weight.astype(np.float64), targets, worst, count,
    )  # fmt: skip
    return None if most >= _EXACT else (worst, count)
