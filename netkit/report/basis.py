"""Where the delays come from that a certificate rests on."""

from __future__ import annotations

from netkit.model.network.elements import DelayBasis
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Certificate

_WORDS = {
    DelayBasis.GIVEN: "stated delays",
    DelayBasis.MEASURED: "measured delays",
    DelayBasis.ADVERTISED_MIN: "the least delays that the IGP advertises",
    DelayBasis.ADVERTISED_AVG: "the average delays that the IGP advertises",
    DelayBasis.ADVERTISED_MAX: "the greatest delays that the IGP advertises",
    DelayBasis.LENGTH: "delays from fibre lengths",
    DelayBasis.COORDINATES: "delays from coordinates",
}


def delay_basis(certificate: Certificate, topology: Topology) -> list[str]:
    """The bases of all links that any branch crosses, sorted."""
    return sorted({topology.link[link].basis.value for link, _ in certificate.links})


def basis_text(certificate: Certificate, topology: Topology) -> str:
    """The same in words."""
    return ", ".join(_WORDS[DelayBasis(one)] for one in delay_basis(certificate, topology))
