"""Much work over all cores, through joblib: a configuration can take it to a cluster.

``joblib.parallel_config(backend="dask")``, or Ray's, around a call is all that it takes. Answers
come in the order of the work, whoever did it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from joblib import Parallel, delayed, effective_n_jobs

from netkit.planner.network.igp import Igp

Work = TypeVar("Work")
Answer = TypeVar("Answer")

WORTH_SPREADING = 1_000_000
"""Nodes times pieces of work from which on other processes repay their start."""

_CHUNKS_PER_JOB = 4
_CHUNK_HERE = 64


def spread(
    do: Callable[[Igp, Sequence[Work]], list[Answer]],
    igp: Igp,
    work: Sequence[Work],
    *,
    weight: int,
) -> Iterator[Answer]:
    """``do`` chunks of ``work`` on all cores, or here where ``weight`` is too little for that.

    ``do`` is a function of a module and gives one answer for each piece of work.
    """
    jobs = effective_n_jobs(-1)
    if jobs == 1 or len(igp.network.nodes) * weight < WORTH_SPREADING:
        for chunk in _chunks(work, _CHUNK_HERE):
            yield from do(igp, chunk)
        return
    size = -(-len(work) // (jobs * _CHUNKS_PER_JOB))
    tasks = (delayed(do)(igp, chunk) for chunk in _chunks(work, size))
    for answers in Parallel(n_jobs=-1, return_as="generator")(tasks):
        yield from answers


def _chunks(work: Sequence[Work], size: int) -> Iterator[Sequence[Work]]:
    for start in range(0, len(work), size):
        yield work[start : start + size]
