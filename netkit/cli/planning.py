"""What ``plan``, ``explain`` and ``emit`` share: which file, which pairs, which bound."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import milliseconds, progress_console
from netkit.errors import InputError

if TYPE_CHECKING:
    from netkit.model.plan import Constraints, Demand, Plan
    from netkit.model.topology import Topology
    from netkit.topology_io.build import Imported

TopologyFile = Annotated[
    Path, typer.Argument(help="A topology: YAML, GraphML, SNDlib, Repetita, IS-IS or BGP-LS JSON.")
]
FormatOption = Annotated[
    str | None, typer.Option("--format", help="Format of the file, where it is not recognised.")
]
DelayUnitOption = Annotated[
    str, typer.Option("--delay-unit", help="us or ms, of Repetita files, which do not say it.")
]
RouteFactorOption = Annotated[
    float, typer.Option("--route-factor", help="Fibre km per great-circle km of derived delays.")
]
DelaysOption = Annotated[
    Path | None, typer.Option("--delays", help="CSV of measured link delays to lay over the file.")
]
DemandsOption = Annotated[
    Path | None,
    typer.Option("--demands", help="Demands: CSV src,dst[,bound_ms], Repetita, SNDlib."),
]
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
ProtectOption = Annotated[
    bool,
    typer.Option(
        "--protect/--no-protect", help="Where the shortest list has no backup, take two that have."
    ),
]
BackupsOption = Annotated[bool, typer.Option(help="Look for disjoint backups.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]

ROUTE_FACTOR = 1.6
"""The default of ``--route-factor``; the importers have the same."""

_NOTES_SHOWN = 3


def load(
    file: Path, format_: str | None, delay_unit: str, route_factor: float, delays: Path | None
) -> Imported:
    """Read a topology of any format, with measured delays laid over it if wanted."""
    from netkit.topology_io.formats import import_options, import_topology

    options = import_options(delay_unit, route_factor)
    return import_topology(file, format=format_, options=options, delays=delays)


def read(
    file: Path, format_: str | None, delay_unit: str, route_factor: float, delays: Path | None
) -> Imported:
    """The same; what was odd about the file is said on stderr, in short."""
    imported = load(file, format_, delay_unit, route_factor, delays)
    for note in [note for note in imported.notes if note.line is None][:_NOTES_SHOWN]:
        typer.echo(f"netkit: note: {note}", err=True)
    if imported.notes:
        typer.echo(
            f"netkit: {len(imported.notes)} notes on {file}; `netkit topo check` shows them all",
            err=True,
        )
    return imported


def make_plan(
    imported: Imported,
    *,
    pair: list[str] | None,
    pairs: str | None,
    seed: int,
    profile: str,
    bound_ms: float | None,
    max_sids: int | None,
    demands_file: Path | None = None,
    protect: bool = False,
    backups: bool = True,
    constraints: Constraints | None = None,
) -> Plan:
    """Plan the pairs that the options name, with progress on stderr."""
    from rich.progress import Progress

    from netkit.planner.graph import as_graph
    from netkit.planner.plan import plan_demands

    topology = imported.topology
    if demands_file is not None and (pair or pairs):
        raise InputError.single("--demands beside --pair or --pairs", expected="one of them")
    if demands_file is not None:
        demands = _from_file(imported, demands_file, profile, bound_ms)
    else:
        chosen = _chosen(imported, pair, pairs, seed)
        demands = _demands(topology, chosen, profile, bound_ms)
    if constraints is not None:
        demands = tuple(replace(demand, constraints=constraints) for demand in demands)
    with Progress(console=progress_console(), transient=True) as bar:
        task = bar.add_task("planning", total=len(demands))

        def step(done: int, _all: int) -> None:
            bar.update(task, completed=done)

        return plan_demands(
            as_graph(topology),
            demands,
            profile=profile if bound_ms is None else f"bound {bound_ms:g} ms",
            max_sids=max_sids,
            protect=protect,
            backups=backups,
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


def _from_file(
    imported: Imported, file: Path, profile: str, bound_ms: float | None
) -> tuple[Demand, ...]:
    """The demands of a file, in its order; those without a bound get that of the options."""
    from netkit.model.plan import Demand
    from netkit.topology_io.demands import read_demands

    wishes = read_demands(file, imported)
    open_ = [(wish.src, wish.dst) for wish in wishes if wish.bound_us is None]
    bounded = iter(_demands(imported.topology, open_, profile, bound_ms))
    return tuple(
        next(bounded) if wish.bound_us is None else Demand(wish.src, wish.dst, wish.bound_us)
        for wish in wishes
    )


def _chosen(
    imported: Imported, pair: list[str] | None, pairs: str | None, seed: int
) -> list[tuple[str, str]]:
    if pair and pairs:
        raise InputError.single("--pair and --pairs", expected="one of the two")
    if pair:
        return [_split(text, imported) for text in pair]
    topology = imported.topology
    names = [node.name for node in topology.active_nodes]
    if pairs is None or pairs == "clusters":
        from netkit.model.topology import Role

        clusters = [node.name for node in topology.active_nodes if node.role is Role.CLUSTER]
        names = clusters if pairs or len(clusters) > 1 else names
    elif pairs.isascii() and pairs.isdigit() and int(pairs) > 0:
        return _drawn(names, int(pairs), seed)
    elif pairs != "all":
        expected = "`clusters`, `all` or a number above 0"
        raise InputError.single("--pairs", value=pairs, expected=expected)
    return list(itertools.permutations(names, 2))


def _drawn(names: list[str], count: int, seed: int) -> list[tuple[str, str]]:
    """Different ordered pairs at random; they are numbered, not listed: there may be millions."""
    others = len(names) - 1
    every = range(len(names) * others)
    drawn = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311
    found = []
    for number in drawn:
        src, dst = divmod(number, others)
        found.append((names[src], names[dst + (dst >= src)]))
    return sorted(found)


def _split(text: str, imported: Imported) -> tuple[str, str]:
    """SRC:DST as names of nodes; labels of the file will do."""
    src, colon, dst = text.partition(":")
    if not (src and colon and dst):
        raise InputError.single("--pair", value=text, expected="SRC:DST, two node names")
    known = imported.known
    return known.get(src, src), known.get(dst, dst)
