"""A replayed segment list on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import say
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.srv6.segment_list import Behavior, Certificate, Segment
from netkit.report.basis import basis_text, branches_text
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
            say(
                "{pair}: {delay} guaranteed, ",
                pair=f"{demand.src} → {demand.dst}",
                delay=delay_text(certificate.guaranteed_us),
            )
        ),
        (say("bound {bound} ms", bound=ms_text(ms(demand.bound_us))), "red" if late else "green"),
    )
    for segment in segments:
        yield Text(visible(f"  {_words(segment, topology)}"))
    yield Text(visible("  " + say("the service SID of {node}", node=demand.dst)))
    yield Text(branches_text(certificate))
    basis = basis_text(certificate, topology)
    if basis:
        yield Text(visible(say("Rests on: {basis}", basis=basis)))


def _words(segment: Segment, topology: Topology) -> str:
    group = topology.anycast.get(segment.node)
    if group is not None:
        return say("anycast {name}: the nearest of {nodes}",
                   name=group.name, nodes=", ".join(group.nodes))  # fmt: skip
    plane = say(", algorithm {number}", number=segment.algorithm) if segment.algorithm else ""
    if segment.kind is Behavior.END:
        return say("End of {node}", node=segment.node) + plane
    label = topology.adjacency[segment.link or "", segment.node].label
    return say("End.X of {node} over {link}", node=segment.node, link=label) + plane
