"""Which socket each flow is sent from: those of one family, interface, marking and list share one,
authenticated ones another.

A flow whose name has no address, or whose socket cannot be had, is not sent: each of its probes is
counted as such, with the reason, and a socket is tried for again. An interface that was made anew
gets other sockets: those from before reach nothing.
"""

from __future__ import annotations

import socket as sockets
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv6Address, ip_address

import numpy as np

from netkit.errors import NetkitError
from netkit.probe.agent.fleet import Due, Fleet
from netkit.probe.agent.flow import Destination
from netkit.probe.kernel.addresses import Address, interface_number
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.run.agent.lane import Lane

_ANY = {sockets.AF_INET: "0.0.0.0", sockets.AF_INET6: "::"}  # noqa: S104
_UNRESOLVED = "no address"

Way = tuple[int, str | None, int, tuple[IPv6Address, ...], bool, str | None]
"""Family, interface, DSCP and segments, whether packets are authenticated, and the address that
they leave from; None: whichever the kernel takes."""


class Lanes:
    """The sockets of a fleet; all but those of destinations that are names are had at once."""

    def __init__(self, fleet: Fleet, addresses: Sequence[str]) -> None:
        """``addresses`` are those of the site, see :meth:`send_from`."""
        self._fleet = fleet
        self._sources: dict[int, str] = {}
        self.send_from(addresses)
        self._by_way: dict[Way, Lane] = {}
        self._by_number: list[Lane] = []
        self._reasons: dict[int, str] = {}
        self._bound: dict[Way, int] = {}

    def send_from(self, addresses: Sequence[str]) -> None:
        """From now on flows are placed at sockets with the first of these of their family, where
        this host has it: by that peers know whose probes they are. Names are none."""
        self._sources = {}
        for word in addresses:
            with suppress(ValueError):
                family = sockets.AF_INET if ip_address(word).version == 4 else sockets.AF_INET6
                self._sources.setdefault(family, word)

    def place(self, flow: int, address: Address | None) -> None:
        """Send a flow there from now on; None: its name cannot be resolved."""
        roster = self._fleet.roster
        self._reasons.pop(flow, None)
        if address is None:
            self._reasons[flow] = _UNRESOLVED
        else:
            lane = self._lane(_way(roster.flows[flow].destination, address, self._sources))
            if isinstance(lane, Lane):
                roster.address(flow, _name(address), lane.number)
                return
            self._reasons[flow] = lane
        roster.address(flow, b"", 0)

    def renew(self) -> list[int]:
        """Other sockets where interfaces were made anew; the flows to be placed again, as there may
        be a socket for them now."""
        for way, number in self._bound.items():
            now = interface_number(way[1])
            if now and now != number:
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
        number = interface_number(way[1])
        try:
            socket = self._open(way)
        except NetkitError as error:
            return str(error)
        made = Lane(len(self._by_number), socket, self._fleet, authenticated=way[4])
        self._by_way[way] = made
        self._by_number.append(made)
        if way[1] is not None:
            self._bound[way] = number
        return made

    def _move(self, way: Way, number: int) -> None:
        """Without another socket the one that there is stays, and it is tried again."""
        with suppress(NetkitError):
            self._by_way[way].move(self._open(way))
            self._bound[way] = number

    def _open(self, way: Way) -> StampSocket:
        family, interface, dscp, segments, _, source = way
        socket = _opened(sockets.AddressFamily(family), interface, source)
        try:
            if dscp:
                socket.mark(dscp << 2)
            socket.route_over(segments)
        except BaseException:
            socket.close()
            raise
        return socket


def _opened(
    family: sockets.AddressFamily, interface: str | None, source: str | None
) -> StampSocket:
    """With the address, or without it where this host does not have it, as behind a NAT."""
    if source is not None:
        with suppress(NetkitError):
            return open_stamp_socket(source, 0, interface)
    return open_stamp_socket(_ANY[family], 0, interface)


def _way(destination: Destination, address: Address, sources: Mapping[int, str]) -> Way:
    family = sockets.AF_INET6 if len(address) == 4 else sockets.AF_INET
    segments = destination.segments
    if segments and str(segments[-1]) == address[0]:
        segments = segments[:-1]
    authenticated = destination.hmac_key is not None
    source = sources.get(family)
    return family, destination.interface, destination.dscp, segments, authenticated, source


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
