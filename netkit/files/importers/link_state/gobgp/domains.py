"""Which IGP each route of a table is of: a protocol in a domain, with an SPF of its own.

Routers of two domains may have one id, and those of two levels are in both; the text of a link says
its protocol and instance from GoBGP 4.8 on, and nothing before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from netkit.files.importers.link_state.gobgp.nlri import (
    UNKNOWN,
    Domain,
    LinkNlri,
    RouterId,
    SidNlri,
)
from netkit.files.importers.link_state.records import ROUTER

_LEVELS = {"ISIS-L1": 1, "ISIS-L2": 2}
_NO_DOMAIN = Domain("", "", "")


class Igp(NamedTuple):
    """One protocol, at one level, in one domain."""

    protocol: str
    domain: Domain = _NO_DOMAIN


class Igps:
    """The IGPs that node routes say, by router."""

    def __init__(self) -> None:
        self._of: dict[RouterId, set[Igp]] = {}
        self._every: set[Igp] = set()

    def add(self, router: RouterId, igp: Igp) -> None:
        """A router, or a LAN, that is in an IGP."""
        self._of.setdefault(router, set()).add(igp)
        self._every.add(igp)

    def of_link(self, nlri: LinkNlri) -> Collection[Igp]:
        """Those that a link may be of: where there are several, nothing tells which."""
        near, far = self._known(nlri.local), self._known(nlri.remote)
        found = [igp for igp in near or far or self._every if _fits(nlri, igp)]
        if not found:
            instance = Domain("", "", nlri.instance or "")
            return [Igp(nlri.protocol, instance if instance.instance else _NO_DOMAIN)]
        return [igp for igp in found if igp in far] or found

    def of_sids(self, nlri: SidNlri) -> Collection[Igp]:
        """Those that SIDs of a router may be of; both levels have them."""
        found = self._known(nlri.node) or self._every or {Igp(UNKNOWN)}
        return [
            igp
            for igp in sorted(found)
            if nlri.asn in (None, igp.domain.asn) and nlri.ls_id in (None, igp.domain.ls_id)
        ]

    def keys(self, igps: Iterable[Igp]) -> dict[Igp, tuple[str, int]]:
        """Names of instances, and levels. What is the only one of its kind needs no name."""
        every = set(igps)
        domains = {igp.domain for igp in every}
        mixed = len({igp.protocol in _LEVELS for igp in every}) > 1
        return {
            igp: (_name(igp, domains, mixed=mixed), _LEVELS.get(igp.protocol, 0)) for igp in every
        }

    def _known(self, router: RouterId) -> set[Igp]:
        """What its own route says; of a LAN without one, that of the router that speaks for it."""
        speaker = RouterId(router.system, ROUTER)
        return self._of.get(router) or self._of.get(speaker) or set()


def _fits(nlri: LinkNlri, igp: Igp) -> bool:
    return nlri.protocol in (UNKNOWN, igp.protocol) and nlri.instance in (
        None,
        igp.domain.instance,
    )


def _name(igp: Igp, domains: Collection[Domain], *, mixed: bool) -> str:
    protocol = igp.protocol if igp.protocol not in _LEVELS else "IS-IS" if mixed else ""
    words = (protocol, igp.domain.name if len(domains) > 1 else "")
    return " ".join(word for word in words if word)
