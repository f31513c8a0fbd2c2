"""Ends of pairs that are no node: what is told of them, and which place may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from netkit.errors import LISTED_NODES, InputError, Problem, unknown_node
from netkit.files.importers.node_words import NodeWords
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand


def check_ends(topology: Topology, demands: Iterable[Demand]) -> None:
    """Raise :class:`~netkit.errors.InputError` with every end that is no node in service. The
    planner would refuse these as well, and knows no other name of a place."""
    active = {node.name for node in topology.active_nodes}
    names = dict.fromkeys(name for one in demands for name in (one.src, one.dst))
    problems = [
        unknown_node(topology.name, name, active, topology.node)
        for name in names
        if name not in active
    ]
    if problems:
        raise InputError(problems)


@contextmanager
def places_guessed(words: NodeWords) -> Iterator[None]:
    """Within this what is told of an unknown node says which place may be meant, where no node is
    near."""
    try:
        yield
    except InputError as error:
        raise InputError(map(partial(_guessed, words), error.problems), error.more) from None


def _guessed(words: NodeWords, problem: Problem) -> Problem:
    meant = words.meant(problem.value or "") if problem.remedy == LISTED_NODES else None
    return problem if meant is None else replace(problem, remedy=meant)
