"""The maps of one reflecting port, and what this process writes into them and reads out."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv6Address

from netkit.bpf.maps import Map, MapKind
from netkit.probe.in_kernel.layout import (
    ADDRESS_BYTES,
    NAMED,
    NETWORK_BYTES,
    PREFIX_BYTES,
    RULES,
    SESSION,
    SESSION_KEY,
    WITHIN,
    Counted,
)
from netkit.probe.reflector.admission.access import IpNetwork
from netkit.probe.reflector.admission.buckets import MAX_NETWORKS

_ZERO = bytes(4)
MAX_ADDRESSES = 2048
"""With more, and with places taken beforehand, the table would lie in pages of its own, which a
processor that has slept takes most of a microsecond to find (``bpf_map_area_alloc``)."""

_MAX_STATIONS = 1024
_U32, _U64 = struct.Struct("=I"), struct.Struct("=Q")

_LONG_AGO = struct.pack("=q", -(1 << 62))
"""Until when a full bucket is paid for. A table begins with 0, which is when the host was started:
of a rate of one a day nothing would be let in for the first day after that."""


def address_key(address: IPv4Address | IPv6Address) -> bytes:
    """An address and its family, as the program looks for it."""
    return address.packed.ljust(16, b"\0") + _U32.pack(address.version)


class Tables:
    """All maps; :meth:`close` lets go of them, and the kernel frees them with the program."""

    def __init__(self, max_sessions: int, prefixes: int) -> None:
        """Raises OSError if the kernel refuses one of them."""
        with ExitStack() as stack:

            def made(
                kind: MapKind, key: int, value: int, entries: int, name: str, growing: bool = False
            ) -> Map:
                new = Map(
                    kind, key_bytes=key, value_bytes=value, entries=entries, name=name,
                    growing=growing,
                )  # fmt: skip
                stack.callback(new.close)
                return new

            self.rules = made(MapKind.ARRAY, 4, RULES.itemsize, 1, "rules")
            self.addresses = made(
                MapKind.HASH, ADDRESS_BYTES, 4, MAX_ADDRESSES, "addresses", growing=True
            )
            self.stations = made(MapKind.HASH, 4, 8, _MAX_STATIONS, "stations")
            self.allowed = made(MapKind.LPM_TRIE, PREFIX_BYTES, 4, max(1, prefixes), "allowed")
            self.buckets = made(MapKind.LRU_HASH, NETWORK_BYTES, 8, MAX_NETWORKS, "buckets")
            self.total = made(MapKind.ARRAY, 4, 8, 1, "total")
            self.sessions = made(
                MapKind.HASH, SESSION_KEY.itemsize, SESSION.itemsize, max_sessions, "sessions"
            )
            self.of_source = made(MapKind.HASH, ADDRESS_BYTES, 8, max_sessions, "of_source")
            self.of_network = made(MapKind.HASH, NETWORK_BYTES, 8, max_sessions, "of_network")
            self.total[_ZERO] = _LONG_AGO
            self.counters = made(MapKind.ARRAY, 4, 8, len(Counted), "counters")
            self._open = stack.pop_all()

    def allow(self, networks: Iterable[IpNetwork]) -> None:
        """Fill the list of whom to answer."""
        for network in networks:
            length = _U32.pack(8 * len(_ZERO) + network.prefixlen)
            family = _U32.pack(network.version)
            named = network.prefixlen == network.max_prefixlen
            key = length + family + network.network_address.packed.ljust(16, b"\0")
            self.allowed[key] = _U32.pack(NAMED if named else WITHIN)

    def station(self, index: int, address: bytes) -> None:
        """Say which Ethernet address an interface has."""
        self.stations[_U32.pack(index)] = address.ljust(8, b"\0")

    def count(self, reason: Counted) -> int:
        """How often the program has done so."""
        return int(_U64.unpack(self.counters[_U32.pack(reason)])[0])

    def close(self) -> None:
        """Let go of all maps. May be called twice."""
        self._open.close()
