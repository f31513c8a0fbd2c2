"""The branches of all flows as arrays: which columns each crosses, and how likely it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.monitor.locate.columns import Column, branches_over
from netkit.monitor.locate.evidence import Evidence

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_BRANCHES = 256
"""A flow that is spread over more branches that differ is left out: it says little of any link."""


@dataclass(frozen=True)
class Branches:
    """``crossed`` (b, c) counts how often branch b crosses column c; ``row`` (b,) is its flow, in
    rising order, ``first`` (f,) where the branches of each flow begin, ``log_share`` (b,) how
    likely it is the one that is taken."""

    crossed: NDArray[np.int8]
    row: Integers
    first: Integers
    log_share: Floats


def known_branches(
    evidence: Sequence[Evidence], columns: Sequence[Column]
) -> tuple[tuple[Evidence, ...], Branches]:
    """The flows of which something is known, and their branches over ``columns``."""
    of = {column.arcs[0]: (number,) for number, column in enumerate(columns)}
    known: list[Evidence] = []
    crossed: list[tuple[int, int]] = []
    row: list[int] = []
    shares: list[float] = []
    for one in evidence:
        if one.seen is None:
            continue
        found = branches_over(one.route, of, MOST_BRANCHES)
        for branch, share in found:
            crossed += ((len(row), column) for column in branch)
            row.append(len(known))
            shares.append(share)
        known += [one] if found else []
    counts = np.zeros((len(row), len(columns)), dtype=np.int8)
    if crossed:
        np.add.at(counts, tuple(np.array(crossed).T), 1)
    rows = np.array(row, dtype=np.int64)
    first = np.searchsorted(rows, np.arange(len(known)))
    return tuple(known), Branches(counts, rows, first, np.log(np.array(shares, dtype=np.float64)))
