"""A replayed segment list on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from netkit.errors import counted
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.srv6.segment_list import Behavior, Certificate, Segment
from netkit.report.basis import basis_text
from netkit.report.documents.document import ms
from netkit.report.words.text import visible
from netkit.report.words.units import delay_text, ms_text


def replay_lines(
    topology: Topology, demand: Demand, segments: Sequence[Segment], certificate: Certificate
) -> Iterator[RenderableType]:
    """The verdict, the list in order of travel, and what the certificate rests on."""
    late = certificate.guaranteed_us > demand.bound_us
    yield Text.assemble(
        visible(
            f"{demand.src} → {demand.dst}: {delay_text(certificate.guaranteed_us)} guaranteed, "
        ),
        (f"bound {ms_text(ms(demand.bound_us))} ms", "red" if late else "green"),
    )
    for segment in segments:
        yield Text(visible(f"  {_words(segment, topology)}"))
    yield Text(visible(f"  the service SID of {demand.dst}"))
    best, worst = ms_text(ms(certificate.best_us)), ms_text(ms(certificate.guaranteed_us))
    nodes, links = len(certificate.nodes), len(certificate.links)
    crossed = f"{counted(nodes, 'node')} and {counted(links, 'link')} crossed"
    many = f"{certificate.branches} branches of {best} to {worst} ms"
    yield Text(f"{'one path only' if certificate.branches == 1 else many}, {crossed}")
    basis = basis_text(certificate, topology)
    if basis:
        yield Text(visible(f"Rests on: {basis}"))


def _words(segment: Segment, topology: Topology) -> str:
    group = topology.anycast.get(segment.node)
    if group is not None:
        return f"anycast {group.name}: the nearest of {', '.join(group.nodes)}"
    plane = f", algorithm {segment.algorithm}" if segment.algorithm else ""
    if segment.kind is Behavior.END:
        return f"End of {segment.node}{plane}"
    label = topology.adjacency[segment.link or "", segment.node].label
    return f"End.X of {segment.node} over {label}{plane}"
