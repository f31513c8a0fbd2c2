"""Addresses of peers, looked up again and again by threads, so that no probe waits for a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from ipaddress import ip_address

from netkit.errors import ProbeError
from netkit.model.units import NS_PER_S
from netkit.probe.agent.flow import AgentFlow, Destination
from netkit.probe.kernel.addresses import Address, addresses_of, has_way

AGAIN_NS = 60 * NS_PER_S
"""So often names are looked up, and literal addresses that there was no way to tried again."""


def find(destination: Destination, known: Address | None = None) -> Address | None:
    """The first of its addresses that there is a way to, the first of all if there is none.

    With segments it is one of IPv6. None if it has no address at all. Of several addresses of one
    name and family that are as good the one that is ``known`` stays: name servers turn them round.
    """
    every: dict[Address, tuple[str, int]] = {}
    for one in destination.addresses:
        try:
            found = addresses_of(one, destination.port)
        except ProbeError:
            continue
        for address in found:
            if len(address) == 4 or not destination.segments:
                every.setdefault(address, (one, len(address)))
    ways = (address for address in every if has_way(address, destination.interface))
    first = next(ways, next(iter(every), None))
    if first is None or known is None or every.get(known) != every[first]:
        return first
    return known if has_way(known, destination.interface) else first


def addresses_by_name(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """All addresses of each, without zones; of a name that cannot be resolved nothing is said."""
    found: dict[str, frozenset[str]] = {}
    for name in names:
        try:
            every = addresses_of(name, 0)
        except ProbeError:
            continue
        found[name] = frozenset(address[0].partition("%")[0] for address in every)
    return found


class Names:
    """Call :meth:`look_up`, then :meth:`found` from time to time."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._asked: dict[Destination, Future[Address | None]] = {}
        self._known: dict[Destination, Address | None] = {}
        self._again_ns = 0

    def known(self, destination: Destination) -> Address | None:
        """What was found last; literal addresses are found at once."""
        if destination not in self._known and all(map(_is_literal, destination.addresses)):
            self._known[destination] = find(destination)
        return self._known.get(destination)

    def look_up(self, flows: Sequence[AgentFlow], now_ns: int) -> None:
        """Begin to look all of them up, unless that was done a short while ago."""
        if now_ns < self._again_ns:
            return
        self._again_ns = now_ns + AGAIN_NS
        for destination in {flow.destination for flow in flows}:
            if destination not in self._asked:
                self._asked[destination] = self._pool.submit(
                    find, destination, self._known.get(destination)
                )

    def found(self) -> Iterator[tuple[Destination, Address | None]]:
        """Destinations whose address is another one now.

        A name that cannot be resolved any more keeps the address that it had.
        """
        for destination in [one for one, asked in self._asked.items() if asked.done()]:
            address = self._asked.pop(destination).result()
            if address is not None and address != self._known.get(destination):
                self._known[destination] = address
                yield destination, address

    def forget_time(self) -> None:
        """Look up at the next call."""
        self._again_ns = 0


def _is_literal(address: str) -> bool:
    try:
        ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return True
