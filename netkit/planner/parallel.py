"""Whether work repays other processes, and which of it goes together; joblib then does it.

A configuration can take it to a cluster: ``joblib.parallel_config(backend="dask")``, or Ray's,
around a call is all that it takes. Answers come in the order of the work, whoever did it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from netkit.interrupts import helpers_deaf_to_terminals

_Piece = TypeVar("_Piece")
_Answer = TypeVar("_Answer")

WORTH_SPREADING = 1_000_000
"""Nodes times pieces of work from which on other processes repay their start."""

COMPILED_SHARE = 10
"""So many times as much has to be done for other processes to repay loading machine code too."""

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
    jobs = 1 if cost < WORTH_SPREADING else cores()
    size = _CHUNK_HERE if jobs == 1 else max(1, -(-count // (jobs * _CHUNKS_PER_JOB)))
    return Shares(jobs, tuple(slice(start, start + size) for start in range(0, count, size)))


def spread(
    work: Callable[[Sequence[_Piece]], list[_Answer]], pieces: Sequence[_Piece], cost: int,
    *, threads: bool = False,
) -> Iterator[_Answer]:  # fmt: skip
    """What ``work`` makes of ``pieces``, in their order, as it comes.

    ``threads``: the work is mostly machine code, which holds no lock, on arrays too large to be had
    twice; a backend that is configured goes before. Arrays that others have as mapped files can be
    written there, to no effect on the files: machine code made for plain arrays would not do for
    those that are only read.
    """
    shares = shared_out(len(pieces), cost)
    if shares.jobs == 1:
        return chain.from_iterable(work(pieces[chunk]) for chunk in shares.chunks)
    from multiprocessing.resource_tracker import ensure_running

    from joblib import Parallel, delayed

    chunks = (delayed(work)(pieces[chunk]) for chunk in shares.chunks)
    prefer = "threads" if threads else None
    sweep = Parallel(n_jobs=shares.jobs, return_as="generator", mmap_mode="c", prefer=prefer)
    with helpers_deaf_to_terminals():
        ensure_running()  # it lets signals in again, so that it is started before the others
    with helpers_deaf_to_terminals():
        found = sweep(chunks)
    return chain.from_iterable(found)


def cores() -> int:
    """What joblib would spread work over, as it is configured."""
    from joblib import effective_n_jobs

    return int(effective_n_jobs(-1))
