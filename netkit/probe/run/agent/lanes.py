"""Which socket each flow is sent from: those of one family, interface, marking and list share one,
authenticated ones another.

A flow whose name has no address, or whose socket cannot be had, is not sent: each of its probes is
counted as such, with the reason, and a socket is tried for again. An interface that was made anew
gets other sockets, as those from before reach nothing; and so do all once the site's address comes
or goes, as that of an interface that is made anew or of a host that starts comes later.
"""

from __future__ import annotations

import socket as sockets
import struct
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv6Address
from typing import NamedTuple

import numpy as np

from netkit.errors import NetkitError
from netkit.probe.agent.fleet import Due, Fleet
from netkit.probe.agent.flow import Destination
from netkit.probe.kernel.addresses import Address, interface_number, is_own
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.process import make_room
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.run.agent.lane import Lane, Rings
from netkit.wire.return_path import IpAddress

_ANY = {sockets.AF_INET: "0.0.0.0", sockets.AF_INET6: "::"}  # noqa: S104
_UNRESOLVED = "no address"
_OF_ITSELF = ("127.0.0.1", "::1")
"""What a host takes anyway to reach itself, and from where nobody else is reached."""

Way = tuple[int, str | None, int, tuple[IPv6Address, ...], bool]
"""Family, interface, DSCP and segments, and whether packets are authenticated."""


class Bound(NamedTuple):
    """What a socket is bound to: the number of its interface, 0 of none, and the address that it
    sends from; None: whichever the kernel takes."""

    interface: int
    source: str | None


class Lanes:
    """The sockets of a fleet; all but those of destinations that are names are had at once."""

    def __init__(self, fleet: Fleet, addresses: Sequence[IpAddress]) -> None:
        """``addresses`` are those of the site, see :meth:`send_from`."""
        self._fleet = fleet
        # One for each family: behind a short address is what was behind the one before.
        self._rings: dict[int, Rings] = {sockets.AF_INET: Rings(), sockets.AF_INET6: Rings()}
        self._sources: dict[int, list[str]] = {}
        self._by_way: dict[Way, Lane] = {}
        self._by_number: list[Lane] = []
        self._reasons: dict[int, str] = {}
        self._bound: dict[Way, Bound] = {}
        self.send_from(addresses)

    def send_from(self, addresses: Sequence[IpAddress]) -> None:
        """From now on all is sent from the first of these of its family that this host has, from
        any where it has none, as behind a NAT: by that peers know whose probes they are."""
        self._sources = {
            family: [str(one) for one in addresses
                     if one.version == version and str(one) not in _OF_ITSELF]
            for family, version in ((sockets.AF_INET, 4), (sockets.AF_INET6, 6))
        }  # fmt: skip
        self.renew()

    def place(self, flow: int, address: Address | None) -> None:
        """Send a flow there from now on; None: its name cannot be resolved."""
        roster = self._fleet.roster
        self._reasons.pop(flow, None)
        if address is None:
            self._reasons[flow] = _UNRESOLVED
        else:
            lane = self._lane(_way(roster.flows[flow].destination, address))
            if isinstance(lane, Lane):
                roster.address(flow, _name(address), lane.number)
                return
            self._reasons[flow] = lane
        roster.address(flow, b"", 0)

    def renew(self) -> list[int]:
        """Other sockets where interfaces were made anew, or the site's address came or went; the
        flows to be placed again, as there may be a socket for them now."""
        kinds = {kind: self._bound_of(*kind) for kind in {way[:2] for way in self._bound}}
        for way, before in self._bound.items():
            now = kinds[way[:2]]
            if now != before and (now.interface or way[1] is None):
                self._move(way, now)
        return [flow for flow, reason in self._reasons.items() if reason != _UNRESOLVED]

    def forget_places(self) -> None:
        """The flows have got other places."""
        self._reasons.clear()
        for lane in self._by_number:
            lane.forget_stamps()

    def send(self, due: Due) -> None:
        """Send these probes, each from its socket."""
        roster = self._fleet.roster
        nowhere = roster.names[due.flows, 0] == 0
        for at in np.flatnonzero(nowhere).tolist():
            flow, sequence = int(due.flows[at]), int(due.sequences[at])
            self._fleet.not_sent(flow, sequence, self._reasons.get(flow, _UNRESOLVED))
        of_lane = roster.state["lane"][due.flows]
        for lane in self._by_number:
            mine = np.flatnonzero(~nowhere & (of_lane == lane.number))
            if mine.size:
                lane.send(Due(due.flows[mine], due.sequences[mine], due.timestamp))

    def take_in(self) -> None:
        """Read what has come to any of them."""
        for lane in self._by_number:
            lane.take_in()

    def look_for_drops(self, now_ns: int) -> None:
        """See what they had no room for."""
        for lane in self._by_number:
            lane.look_for_drops(now_ns)

    def close(self) -> None:
        """Close all sockets."""
        for lane in self._by_number:
            lane.socket.close()

    def _lane(self, way: Way) -> Lane | str:
        """The socket of that kind, opened if there is none; why there can be none."""
        found = self._by_way.get(way)
        if found is not None:
            return found
        make_room(len(self._by_number) + 1)
        bound = self._bound_of(*way[:2])
        try:
            socket = _open(way, bound)
        except NetkitError as error:
            return str(error)
        made = Lane(
            len(self._by_number),
            socket,
            self._fleet,
            self._rings[socket.family],
            authenticated=way[4],
        )
        self._by_way[way] = made
        self._by_number.append(made)
        self._bound[way] = bound
        return made

    def _bound_of(self, family: int, interface: str | None) -> Bound:
        """What a socket of that kind would be bound to now."""
        own = (one for one in self._sources.get(family, ()) if is_own(one, interface))
        return Bound(interface_number(interface), next(own, None))

    def _move(self, way: Way, bound: Bound) -> None:
        """Without another socket the one that there is stays, and it is tried again."""
        with suppress(NetkitError):
            self._by_way[way].move(_open(way, bound))
            self._bound[way] = bound


def _open(way: Way, bound: Bound) -> StampSocket:
    family, interface, dscp, segments, _ = way
    source = bound.source or _ANY[sockets.AddressFamily(family)]
    socket = open_stamp_socket(source, 0, interface)
    try:
        if dscp:
            socket.mark(dscp << 2)
        socket.route_over(segments)
    except BaseException:
        socket.close()
        raise
    return socket


def _way(destination: Destination, address: Address) -> Way:
    family = sockets.AF_INET6 if len(address) == 4 else sockets.AF_INET
    segments = destination.segments
    if segments and str(segments[-1]) == address[0]:
        segments = segments[:-1]
    authenticated = destination.hmac_key is not None
    return family, destination.interface, destination.dscp, segments, authenticated


def _name(address: Address) -> bytes:
    """struct sockaddr_in or sockaddr_in6."""
    port = struct.pack("!H", address[1])
    if len(address) == 2:
        packed = sockets.inet_pton(sockets.AF_INET, address[0])
        return struct.pack("=H", sockets.AF_INET) + port + packed
    packed = sockets.inet_pton(sockets.AF_INET6, address[0].partition("%")[0])
    return (
        struct.pack("=H", sockets.AF_INET6)
        + port
        + bytes(4)
        + packed
        + struct.pack("=I", address[3])
    )
