"""What a certificate says of the paths that a list may take, and where its delays come from."""

from __future__ import annotations

from netkit.language.words import counted, marked, say
from netkit.model.network.elements import DelayBasis
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Certificate
from netkit.model.units import us_to_ms
from netkit.report.words.units import ms_text

_WORDS = {
    DelayBasis.GIVEN: marked("stated delays"),
    DelayBasis.MEASURED: marked("measured delays"),
    DelayBasis.ADVERTISED_MIN: marked("the least delays that the IGP advertises"),
    DelayBasis.ADVERTISED_AVG: marked("the average delays that the IGP advertises"),
    DelayBasis.ADVERTISED_MAX: marked("the greatest delays that the IGP advertises"),
    DelayBasis.LENGTH: marked("delays from fibre lengths"),
    DelayBasis.COORDINATES: marked("delays from coordinates"),
}


def delay_basis(certificate: Certificate, topology: Topology) -> list[str]:
    """The bases of all links that any branch crosses, sorted."""
    return sorted({topology.link[link].basis.value for link, _ in certificate.links})


def basis_text(certificate: Certificate, topology: Topology) -> str:
    """The same in words."""
    return ", ".join(say(_WORDS[DelayBasis(one)]) for one in delay_basis(certificate, topology))


def branches_text(certificate: Certificate) -> str:
    """How many branches there are, how far their delays are apart, and what all of them cross."""
    nodes = counted(len(certificate.nodes), "node")
    links = counted(len(certificate.links), "link")
    if certificate.branches == 1:
        return say("one path only, {nodes} and {links} crossed", nodes=nodes, links=links)
    return say(
        "{branches} ECMP branches of {best} to {worst} ms, {nodes} and {links} crossed",
        branches=certificate.branches, best=ms_text(us_to_ms(certificate.best_us)),
        worst=ms_text(us_to_ms(certificate.guaranteed_us)), nodes=nodes, links=links,
    )  # fmt: skip
