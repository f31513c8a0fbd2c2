"""All rows of the IGP by compiled code: on every core, and in as little memory as is exact."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from joblib import effective_n_jobs

from netkit.planner.arrays import NARROW_MOST, FloatArray, most, packing
from netkit.planner.compiled.igp_tables import Roads, igp_rows
from netkit.planner.network.network import Network

_ROWS = 64
"""Rows that are made at a time."""

_LARGEST = np.iinfo(np.int32).max
"""Arcs are read again and again: half as many bytes take a fifth less time on large networks."""


def compiled_rows(network: Network) -> tuple[FloatArray, FloatArray] | None:
    """Distances and worst delays, each (n, n), rows are sources; None where arcs of metric 0, or
    sums beyond all measure, want the plain way. O(n m log n)."""
    n, arcs = len(network.nodes), network.outgoing[0]
    used = arcs[network.igp[arcs]]
    metric, delay_us = network.metric[used], network.delay_us[used]
    shift, largest = packing(metric, n), max(metric.max(initial=0), delay_us.max(initial=0))
    if shift is None or not metric.all() or largest > _LARGEST:
        return None
    roads = Roads(
        np.searchsorted(network.tail[used], np.arange(n + 1)),
        network.head[used].astype(np.int32),
        metric.astype(np.int32),
        delay_us.astype(np.int32),
        network.overload,
    )
    for kind in (np.float32, np.float64):
        tables = np.empty((n, n), kind), np.empty((n, n), kind)
        write = partial(_written, roads, shift, tables)
        with ThreadPoolExecutor(effective_n_jobs(-1) if n > _ROWS else 1) as pool:
            if all(pool.map(write, range(0, n, _ROWS))):
                return tables
    return None


def _written(roads: Roads, shift: int, tables: tuple[FloatArray, FloatArray], first: int) -> bool:
    """Write some rows from ``first`` on, unless they would not be exact in the tables."""
    rows = [np.empty(table[first : first + _ROWS].shape) for table in tables]
    igp_rows(roads, first, shift, rows[0], rows[1])
    for table, made in zip(tables, rows, strict=True):
        if table.dtype == np.float32 and most(made) > NARROW_MOST:
            return False
        table[first : first + _ROWS] = made
    return True
