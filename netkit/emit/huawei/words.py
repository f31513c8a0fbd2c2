"""What VRP calls flavors and behaviours, in its text and in its YANG."""

from __future__ import annotations

from netkit.model.router_state import EndpointBehavior, Flavor

FLAVORS = {
    "no-flavor": frozenset[Flavor](),
    "psp": frozenset({Flavor.PSP}),
    "psp-usp-usd": frozenset({Flavor.PSP, Flavor.USP, Flavor.USD}),
}
"""Flavors by their words behind ``end`` and ``end-x``; there are no others."""

FLAVOR_WORDS = {flavors: word for word, flavors in FLAVORS.items()}

SERVICES = {"end-dt6": EndpointBehavior.END_DT6, "end-dt46": EndpointBehavior.END_DT46}

SERVICE_WORDS = {behavior: word for word, behavior in SERVICES.items()}

PUBLIC = "_public_"
"""The name of the public network among the VPN instances of the YANG."""

FIRST_INDEX = 5
INDEX_STEP = 5
"""Indices of the SIDs of a list, as in the guide's examples: room to insert."""


def yang_words(behavior: str, flavor: str) -> str:
    """The name of a list of SIDs in the YANG: ``end`` or ``end-x``, and its flavor.

    >>> yang_words("end", "no-flavor"), yang_words("end-x", "psp")
    ('end', 'end-x-psp')
    """
    return behavior if flavor == "no-flavor" else f"{behavior}-{flavor}"
