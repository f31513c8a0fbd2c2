"""Between whom lists are wanted, in the words of who asks: no network has been looked at yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.errors import Problem
from netkit.model.planning.demand import LOWEST_PRIORITY


class Among(StrEnum):
    """The nodes that pairs are made of; ``SITES``: clusters where there are two, else all."""

    SITES = "sites"
    CLUSTERS = "clusters"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PairChoice:
    """All ordered pairs ``among`` nodes, or so many ``drawn`` of them at random by ``seed``."""

    among: Among = Among.SITES
    drawn: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """A demand as a file states it, in ``line`` of it; between what words mean which nodes.

    ``reserve``: the file asks for its bandwidth. Matrices of other projects only say what traffic
    there was.
    """

    src: str
    dst: str
    bound_us: int | None = None
    bandwidth_bps: int | None = None
    label: str | None = None
    priority: int = LOWEST_PRIORITY
    reserve: bool = False
    color: int | None = None
    line: int | None = None


class NamedBy(StrEnum):
    """What the words of a table's ends are."""

    WORD = "word"
    """Any word that means one node: its name, its label, its key in the topology's file."""
    NUMBER = "number"
    """The node's number in the topology's file, from 0."""
    NAME = "name"


@dataclass(frozen=True, slots=True)
class DemandTable:
    """The demands of a file, as it states them; ``problems`` are those found in reading it."""

    file: str
    wishes: tuple[Wish, ...]
    named_by: NamedBy = NamedBy.WORD
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


Wanted = tuple[tuple[str, str], ...] | PairChoice | DemandTable
"""Pairs by words that mean nodes, a choice among the nodes, or a table."""
