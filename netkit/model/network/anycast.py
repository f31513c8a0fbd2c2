"""Routers that share one locator and one SID: an anycast segment (RFC 8402 §3.3, RFC 9352 §6).

The IGP takes a packet for the SID to the nearest of them, to any where several are equally near. It
is no SID of any one router: what follows it in a list may begin at each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.network.advertised import AdvertisedSid, Locator


@dataclass(frozen=True, slots=True)
class Anycast:
    """A group of routers under one SID.

    ``sid_index`` is its number in the :class:`~netkit.model.network.addressing.AddressPlan`, where
    that gives routers their SIDs; ``locators`` and ``sids`` are what all members advertise, where
    routers do. ``name`` is unlike that of any node.
    """

    name: str
    nodes: tuple[str, ...]
    sid_index: int | None = None
    locators: tuple[Locator, ...] = ()
    sids: tuple[AdvertisedSid, ...] = ()
