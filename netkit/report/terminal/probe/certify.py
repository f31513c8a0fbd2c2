"""What ``netkit probe certify`` shows people: a table of directions, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.errors import counted
from netkit.model.planning.tier import BASIS
from netkit.model.verdict import Verdict
from netkit.report.terminal.plan import add_figures, left_out, new_table, verdict_text
from netkit.report.words.clocks import contradiction_text, doubt_text
from netkit.report.words.text import visible, worth_showing
from netkit.report.words.units import ns_text

if TYPE_CHECKING:
    from netkit.stats.clocks.certify import CertifiedMesh


def certified_table(mesh: CertifiedMesh, *, width: int, limit: int | None = None) -> RenderableType:
    """A row a direction: as measured, what it certainly is, its bound and its verdict."""
    table = new_table(f"{BASIS} delay in ms, certified", width)
    table.add_column("Pair", ratio=1, overflow="fold")
    add_figures(table, "As measured", "From", "To", "Bound")
    table.add_column("Verdict", no_wrap=True)
    shown = worth_showing(mesh.ways, limit, lambda one: one.certified.verdict)
    for one in shown:
        way, found = one.way, one.certified
        low, high = (
            (None, None) if found.delay is None else (found.delay.low_ns, found.delay.high_ns)
        )
        cells = (ns_text(value) for value in (way.figure_ns, low, high, found.bound_ns))
        pair = Text(visible(f"{way.src} → {way.dst}"))
        table.add_row(pair, *cells, verdict_text(found.verdict))
    return Group(table, *left_out(len(mesh.ways) - len(shown), "direction"))


def certified_remarks(mesh: CertifiedMesh, drift_ppm: float) -> Iterator[str]:
    """What is to be known beside the table."""
    if mesh.contradiction is not None:
        yield f"No clocks explain these samples: {contradiction_text(mesh.contradiction)}."
        yield "One of these stamps, positions or stated clock errors is wrong."
    for doubt in mesh.doubts:
        yield f"Nothing is certain between {doubt_text(doubt)}."
    yield f"Clocks are taken to gain or lose at most {drift_ppm:g} ppm."
    yield f"{certified_counts(mesh)}."


def certified_counts(mesh: CertifiedMesh) -> str:
    """How many directions there are of each verdict."""
    counts = Counter(one.certified.verdict for one in mesh.ways)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{counted(len(mesh.ways), 'direction')}: {told or 'nothing arrived'}"
