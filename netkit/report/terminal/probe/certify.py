"""What ``netkit probe certify`` shows people: a table of directions, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from netkit.errors import counted
from netkit.model.planning.tier import BASIS
from netkit.model.verdict import Verdict
from netkit.report.words.clocks import contradiction_text, doubt_text
from netkit.report.words.units import ns_text

if TYPE_CHECKING:
    from netkit.stats.clocks.certify import CertifiedMesh


def certified_table(mesh: CertifiedMesh) -> Table:
    """A row a direction: as measured, what it certainly is, its bound and its verdict."""
    table = Table(title=f"{BASIS} delay in ms, certified", title_justify="left")
    table.add_column("", overflow="fold")
    for heading in ("as measured", "from", "to", "bound"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for one in mesh.ways:
        way, found = one.way, one.certified
        low, high = (
            (None, None) if found.delay is None else (found.delay.low_ns, found.delay.high_ns)
        )
        cells = (ns_text(value) for value in (way.figure_ns, low, high, found.bound_ns))
        table.add_row(f"{way.src} → {way.dst}", *cells, found.verdict)
    return table


def certified_remarks(mesh: CertifiedMesh, drift_ppm: float) -> Iterator[str]:
    """What is to be known beside the table."""
    if mesh.contradiction is not None:
        yield f"No clocks explain these samples: {contradiction_text(mesh.contradiction)}."
        yield "One of these stamps, positions or stated clock errors is wrong."
    for doubt in mesh.doubts:
        yield f"Nothing is certain between {doubt_text(doubt)}."
    yield f"{certified_counts(mesh)}."
    yield f"Clocks are taken to gain or lose at most {drift_ppm:g} ppm."


def certified_counts(mesh: CertifiedMesh) -> str:
    """How many directions there are of each verdict."""
    counts = Counter(one.certified.verdict for one in mesh.ways)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{counted(len(mesh.ways), 'direction')}: {told or 'nothing arrived'}"
