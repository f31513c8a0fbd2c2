"""Options and steps that ``plan``, ``explain`` and ``emit`` share: which pairs, which bound."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import milliseconds, progress_console
from netkit.errors import InputError

if TYPE_CHECKING:
    from netkit.model.plan import Demand, Plan
    from netkit.model.topology import Topology

TopologyFile = Annotated[Path, typer.Argument(help="A topology in netkit's YAML.")]
PairOption = Annotated[
    list[str] | None,
    typer.Option("--pair", metavar="SRC:DST", help="One direction of a pair; can be repeated."),
]
PairsOption = Annotated[
    str | None,
    typer.Option("--pairs", help="`clusters` (the default), `all`, or a number drawn at random."),
]
SeedOption = Annotated[int, typer.Option(help="Seed of the random pairs.")]
ProfileOption = Annotated[str, typer.Option(help="Tier profile: 2023, 2021 or stretch.")]
BoundOption = Annotated[
    float | None, typer.Option("--bound", metavar="MS", help="One bound for all, instead of tiers.")
]
MaxSidsOption = Annotated[
    int | None, typer.Option(min=1, help="Longest list, the service SID counted.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]


def make_plan(
    topology: Topology,
    *,
    pair: list[str] | None,
    pairs: str | None,
    seed: int,
    profile: str,
    bound_ms: float | None,
    max_sids: int | None,
) -> Plan:
    """Plan the pairs that the options name, with progress on stderr."""
    from rich.progress import Progress

    from netkit.planner.graph import as_graph
    from netkit.planner.plan import plan_demands

    demands = _demands(topology, _chosen(topology, pair, pairs, seed), profile, bound_ms)
    with Progress(console=progress_console(), transient=True) as bar:
        task = bar.add_task("planning", total=len(demands))

        def step(done: int, _all: int) -> None:
            bar.update(task, completed=done)

        return plan_demands(
            as_graph(topology),
            demands,
            profile=profile if bound_ms is None else f"bound {bound_ms:g} ms",
            max_sids=max_sids,
            progress=step,
        )


def _demands(
    topology: Topology, pairs: list[tuple[str, str]], profile: str, bound_ms: float | None
) -> tuple[Demand, ...]:
    from netkit.model.plan import Demand
    from netkit.model.tier import PROFILES
    from netkit.planner.graph import as_graph
    from netkit.planner.plan import tier_demands

    if profile not in PROFILES:
        raise InputError.single("--profile", value=profile, expected=" or ".join(PROFILES))
    bound_us = milliseconds(bound_ms, "--bound")
    if bound_us is not None:
        return tuple(Demand(src, dst, bound_us) for src, dst in pairs)
    return tier_demands(as_graph(topology), pairs, PROFILES[profile])


def _chosen(
    topology: Topology, pair: list[str] | None, pairs: str | None, seed: int
) -> list[tuple[str, str]]:
    if pair and pairs:
        raise InputError.single("--pair and --pairs", expected="one of the two")
    if pair:
        return [_split(text) for text in pair]
    names = [node.name for node in topology.active_nodes]
    if pairs is None or pairs == "clusters":
        from netkit.model.topology import Role

        clusters = [node.name for node in topology.active_nodes if node.role is Role.CLUSTER]
        names = clusters if pairs or len(clusters) > 1 else names
    elif pairs.isascii() and pairs.isdigit() and int(pairs) > 0:
        every = list(itertools.permutations(names, 2))
        return sorted(random.Random(seed).sample(every, min(int(pairs), len(every))))  # noqa: S311
    elif pairs != "all":
        expected = "`clusters`, `all` or a number above 0"
        raise InputError.single("--pairs", value=pairs, expected=expected)
    return list(itertools.permutations(names, 2))


def _split(text: str) -> tuple[str, str]:
    src, colon, dst = text.partition(":")
    if not (src and colon and dst):
        raise InputError.single("--pair", value=text, expected="SRC:DST, two node names")
    return src, dst
