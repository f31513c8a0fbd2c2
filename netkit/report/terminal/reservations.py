"""What demands hold of the links' capacity, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import say
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.reservation import Reservation
from netkit.report.terminal.plan import add_figures, left_out, new_table
from netkit.report.words.text import visible
from netkit.report.words.units import gbps_text, percent_text


def reservations_table(
    plan: Plan, topology: Topology, *, width: int, limit: int | None = None
) -> Iterator[RenderableType]:
    """The links of which the largest shares are held, the fullest first; nothing without any."""
    held = sorted(plan.reservations or (), key=lambda one: -_share(one))
    if not held:
        return
    table = new_table(say("Reserved on links, the fullest first"), width)
    table.add_column(say("Link"), ratio=2, overflow="fold")
    table.add_column(say("Direction"), ratio=1, overflow="fold")
    add_figures(table, "Reserved", "Capacity", "Share", "Demands")
    for one in held[:limit]:
        table.add_row(*_row(one, topology))
    yield table
    if limit is not None:
        yield from left_out(len(held[limit:]), "more link")


def _share(held: Reservation) -> Fraction:
    return Fraction(held.reserved_bps, held.pool.capacity_bps or held.reserved_bps)


def _row(held: Reservation, topology: Topology) -> Iterator[RenderableType]:
    pool = held.pool
    adjacency = topology.adjacency.get((pool.owner, pool.node))
    yield Text(visible(pool.owner if adjacency is None else adjacency.label))
    yield Text(visible(say("into {node}" if pool.inward else "from {node}", node=pool.node)))
    yield gbps_text(held.reserved_bps)
    yield gbps_text(pool.capacity_bps or 0)
    yield percent_text(float(_share(held)))
    yield str(held.demands)
