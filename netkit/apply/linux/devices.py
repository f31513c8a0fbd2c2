"""Interfaces that netkit makes, known again by their alias: the bridge that SIDs are on, and the
pair that packets pass ahead of encapsulation."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Any

from netkit.apply.linux.links import Links
from netkit.apply.linux.rtnetlink import AF_INET6
from netkit.apply.objects import PassPair, SidDevice

ALIAS = "netkit"
_HALF_MADE = 0x6E65746B
"""The group (``ip link … group``) of an interface that is being made: the kernel gives it with the
interface, and an alias only afterwards. A crash in between leaves it, and recovery takes it."""
_NO_GROUP = 0
_UP = 1
"""IFF_UP (linux/if.h)."""
_PERMANENT = 0x80
"""NUD_PERMANENT (linux/neighbour.h)."""


class Devices:
    """The interfaces of the namespace that ``links`` speaks to, which the calling thread is in."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def indexes(self) -> dict[str, int]:
        """The index of each interface, by name."""
        return {name: index for index, name in socket.if_nameindex()}

    def mtus(self) -> dict[str, int]:
        """The MTU of each interface, by name."""
        links = self._links.get_links()
        return {one.get_attr("IFLA_IFNAME"): one.get_attr("IFLA_MTU") for one in links}

    def down(self) -> frozenset[str]:
        """Names of those that are switched off."""
        links = self._links.get_links()
        return frozenset(one.get_attr("IFLA_IFNAME") for one in links if not one["flags"] & _UP)

    def own(self) -> Iterator[SidDevice | PassPair]:
        """Those with netkit's alias."""
        links = {one["index"]: one for one in self._links.get_links()}
        for one in links.values():
            if one.get_attr("IFLA_IFALIAS") == ALIAS:
                peer = links.get(one.get_attr("IFLA_LINK") or 0)
                name = one.get_attr("IFLA_IFNAME")
                yield SidDevice(name) if peer is None else self._pair(one, peer)

    def half_made(self) -> Iterator[SidDevice]:
        """Those that a crash has left without the alias, whatever they were to be."""
        for one in self._links.get_links():
            if one.get_attr("IFLA_GROUP") == _HALF_MADE and not one.get_attr("IFLA_IFALIAS"):
                yield SidDevice(one.get_attr("IFLA_IFNAME"))

    def foreign(self) -> Iterator[str]:
        """Names of all others that are no far end of netkit's own."""
        far = {one.peer for one in self.own() if isinstance(one, PassPair)}
        for one in self._links.get_links():
            if one.get_attr("IFLA_IFALIAS") != ALIAS and one.get_attr("IFLA_IFNAME") not in far:
                yield one.get_attr("IFLA_IFNAME")

    def make(self, wanted: SidDevice | PassPair) -> None:
        """Make it and switch it on; the alias comes last, as it says that all else is done."""
        if isinstance(wanted, SidDevice):
            self._links.link("add", ifname=wanted.name, kind="bridge", group=_HALF_MADE)
        else:
            self._links.link(
                "add", ifname=wanted.name, kind="veth", address=wanted.mac, mtu=wanted.mtu,
                group=_HALF_MADE,
                peer={"ifname": wanted.peer, "address": wanted.peer_mac, "mtu": wanted.mtu},
            )  # fmt: skip
            indexes = self.indexes()
            self._links.link("set", index=indexes[wanted.peer], state="up")
            self._links.link("set", index=indexes[wanted.name], state="up")
            self._tell_far_end(wanted, indexes)
        self._finish(wanted.name)

    def adapt(self, held: PassPair, wanted: PassPair) -> None:
        """Change a pair where it is: taken away, it would take all routes over it along."""
        indexes = self.indexes()
        ends = ((wanted.name, held.mac, wanted.mac), (wanted.peer, held.peer_mac, wanted.peer_mac))
        for name, there, mac in ends:
            # An address that is set, even the same, lets the kernel forget its neighbours.
            other = {} if there == mac else {"address": mac}
            self._links.link("set", index=indexes[name], mtu=wanted.mtu, state="up", **other)
        self._tell_far_end(wanted, indexes)

    def _tell_far_end(self, wanted: PassPair, indexes: dict[str, int]) -> None:
        self._links.neigh(
            "replace", family=AF_INET6, dst=str(wanted.address), lladdr=wanted.peer_mac,
            ifindex=indexes[wanted.name], state=_PERMANENT,
        )  # fmt: skip

    def _finish(self, name: str) -> None:
        index = self.indexes()[name]
        self._links.link("set", index=index, group=_NO_GROUP, ifalias=ALIAS, state="up")

    def take(self, held: SidDevice | PassPair) -> None:
        """Take it away; with one end of a pair the other goes."""
        self._links.link("del", index=self.indexes()[held.name])

    def _pair(self, near: Any, far: Any) -> PassPair:  # noqa: ANN401 - pyroute2 has no types
        known = self._links.get_neighbours(family=AF_INET6, ifindex=near["index"])
        mac = far.get_attr("IFLA_ADDRESS")
        address = next(
            (
                IPv6Address(one.get_attr("NDA_DST")) for one in known
                if one["state"] & _PERMANENT and one.get_attr("NDA_LLADDR") == mac
            ),
            IPv6Address("::"),
        )  # fmt: skip
        return PassPair(
            near.get_attr("IFLA_IFNAME"), far.get_attr("IFLA_IFNAME"),
            near.get_attr("IFLA_ADDRESS"), mac, address, near.get_attr("IFLA_MTU"),
        )  # fmt: skip
