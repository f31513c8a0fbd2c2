"""Options of ``netkit plan`` that constrain paths beside their delay."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.errors import InputError, Problem

if TYPE_CHECKING:
    from netkit.model.plan import Constraints
    from netkit.model.topology import Topology

Names = list[str] | None

MaxHopsOption = Annotated[int | None, typer.Option(min=1, help="Most links of any branch.")]
IncludeAnyOption = Annotated[Names, typer.Option(help="Admin groups of which a link needs one.")]
IncludeAllOption = Annotated[Names, typer.Option(help="Admin groups that a link needs.")]
ExcludeAnyOption = Annotated[Names, typer.Option(help="Admin groups that no link may have.")]
ExcludeSrlgOption = Annotated[Names, typer.Option(help="Shared risks that no link may have.")]
ExcludeNodeOption = Annotated[Names, typer.Option(help="Nodes to stay out of, ends aside.")]
ExcludeOperatorOption = Annotated[Names, typer.Option(help="Operators to stay out of, ends aside.")]
AvoidRegionOption = Annotated[Names, typer.Option(help="Hubs or places to stay out of.")]
ViaOption = Annotated[Names, typer.Option("--via", help="Nodes to visit, in this order.")]
MetricOption = Annotated[str, typer.Option(help="What is minimised: igp, delay or hops.")]


def constraints(
    topology: Topology,
    *,
    max_hops: int | None,
    include_any: Names,
    include_all: Names,
    exclude_any: Names,
    exclude_srlg: Names,
    exclude_node: Names,
    exclude_operator: Names,
    avoid_region: Names,
    via: Names,
    metric: str,
) -> Constraints:
    """The options as constraints on ``topology``; a name that nothing there has is an error."""
    from netkit.model.plan import Constraints, Metric

    if metric not in set(Metric):
        raise InputError.single("--metric", value=metric, expected=" or ".join(Metric))
    asked = Constraints(
        max_hops=max_hops,
        include_any=frozenset(include_any or ()),
        include_all=frozenset(include_all or ()),
        exclude_any=frozenset(exclude_any or ()),
        exclude_srlgs=frozenset(exclude_srlg or ()),
        exclude_nodes=frozenset(exclude_node or ()),
        exclude_operators=frozenset(exclude_operator or ()),
        avoid_regions=frozenset(avoid_region or ()),
        waypoints=tuple(via or ()),
        metric=Metric(metric),
    )
    _check(topology, asked)
    return asked


def _check(topology: Topology, asked: Constraints) -> None:
    nodes, links = topology.active_nodes, topology.all_links
    groups = {group for link in links for group in link.admin_groups}
    regions = {region for node in nodes for region in (node.hub, node.place) if region}
    known = {
        "--include-any": (asked.include_any, groups),
        "--include-all": (asked.include_all, groups),
        "--exclude-any": (asked.exclude_any, groups),
        "--exclude-srlg": (asked.exclude_srlgs, {risk for link in links for risk in link.srlgs}),
        "--exclude-node": (asked.exclude_nodes, {node.name for node in nodes}),
        "--exclude-operator": (asked.exclude_operators, {node.operator for node in nodes}),
        "--avoid-region": (asked.avoid_regions, regions),
        "--via": (frozenset(asked.waypoints), {node.name for node in nodes}),
    }
    problems = [
        Problem("command line", None, option, name, _expected(name, names))
        for option, (wanted, names) in known.items()
        for name in sorted(wanted - names)
    ]
    if problems:
        raise InputError(problems)


def _expected(name: str, names: set[str]) -> str:
    close = difflib.get_close_matches(name, names, n=3) or sorted(names)[:8]
    return (
        f"a name in the topology, as {', '.join(close)}" if close else "none: it has no such names"
    )
