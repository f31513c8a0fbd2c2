"""Whether work repays other processes, and which of it goes together; joblib then does it.

A configuration can take it to a cluster: ``joblib.parallel_config(backend="dask")``, or Ray's,
around a call is all that it takes. Answers come in the order of the work, whoever did it.
"""

from __future__ import annotations

from dataclasses import dataclass

from joblib import effective_n_jobs

WORTH_SPREADING = 1_000_000
"""Nodes times pieces of work from which on other processes repay their start."""

_CHUNKS_PER_JOB = 4
_CHUNK_HERE = 64


@dataclass(frozen=True, slots=True)
class Shares:
    """``jobs`` for :class:`joblib.Parallel`, 1 where all is done here; the ``chunks`` of the
    work."""

    jobs: int
    chunks: tuple[slice, ...]


def shared_out(count: int, cost: int) -> Shares:
    """``count`` pieces of work over all cores, or here where ``cost`` in all is too little."""
    jobs = effective_n_jobs(-1)
    if jobs == 1 or cost < WORTH_SPREADING:
        jobs, size = 1, _CHUNK_HERE
    else:
        size = max(1, -(-count // (jobs * _CHUNKS_PER_JOB)))
    return Shares(jobs, tuple(slice(start, start + size) for start in range(0, count, size)))
