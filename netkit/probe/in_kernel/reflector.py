"""A reflecting port in the kernel, as long as this object lives: its program, maps and links.

Sessions are shared with the engines that answer what goes up: one that asks for more than a base
packet is handed over, with its counts, and is the engine's from then on.
"""

from __future__ import annotations

import os
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

import numpy as np

from netkit.bpf.links import link
from netkit.bpf.program import Program
from netkit.bpf.walk import all_entries
from netkit.probe.in_kernel.layout import EVERYBODY, NAMES, OWN, SESSION, SESSION_KEY, Counted
from netkit.probe.in_kernel.place import TCX, XDP, Place
from netkit.probe.in_kernel.program import NAME, assemble
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.in_kernel.sweep import Holder, are_over, holders_of
from netkit.probe.in_kernel.tables import MAX_ADDRESSES, Tables, address_key
from netkit.probe.reflector.replies import SessionKey
from netkit.probe.reflector.sessions import ReflectorSession
from netkit.wire.timestamps import ErrorEstimate

Address = IPv4Address | IPv6Address

_COUNT, _WHAT = struct.Struct("=Q"), struct.Struct("=I")
_KEY = struct.Struct("!16sHH")
_SEQUENCES = 1 << 32

BY_KERNEL = "reflected_by_kernel"
"""So many of ``reflected``."""


class KernelReflector:
    """Answers base packets as an engine with the same rules would (RFC 8762 §4.3)."""

    def __init__(self, rules: Rules, place: Place = TCX) -> None:
        """Load the program for a place; it is attached nowhere and answers at no address yet.

        Raises OSError if the kernel refuses, PermissionError where that is for want of privilege.
        """
        if sys.byteorder != "little":
            raise OSError("the program is written for little-endian machines")
        self._rules, self.place = rules, place
        self._links: list[int] = []
        self._told: bytes = b""
        self._addresses: dict[bytes, int] = {}
        self.tables = Tables(rules.max_sessions, len(rules.allowed))
        try:
            self.tables.allow(rules.allowed)
            self.program = Program(assemble(self.tables, place), NAME, place.program_type)
        except BaseException:
            self.tables.close()
            raise

    def attach(self, index: int, address: bytes) -> None:
        """Answer at an interface with that Ethernet address, until :meth:`close` or the end of this
        process. At XDP frames to another address go up, also when the interface is given one."""
        if self.place is XDP:
            self.tables.station(index, address)
        self._links.append(link(self.program, index, self.place.hook, self.place.link_flags))

    def tell(self, error: ErrorEstimate, tai_offset_ns: int) -> None:
        """What replies say of this clock, and by how much TAI is ahead of it."""
        told = self._rules.to_bytes(error, tai_offset_ns)
        if told != self._told:
            self.tables.rules[bytes(4)] = self._told = told

    def hear_at(
        self, addresses: Iterable[Address], everybody: Iterable[Address] = ()
    ) -> str | None:
        """Answer at these addresses of the host, and at no others any more, and nobody who says
        that it is one of ``everybody``, the broadcast addresses of its links. Returns why all
        requests go up, None if they do not.

        Where each link has its own (link-local) the engine answers, and where nothing may come over
        a wire (loopback) the kernel sees to that. Of a host with more addresses than have a place,
        nobody could say which are its own: all requests go up. So they do while the kernel has no
        memory for them.
        """
        wanted = places_of(addresses, everybody)
        why = without_places(wanted)
        try:
            self._hear_at({} if why else wanted)
        except OSError as error:
            self._hear_at({})
            why = f"the kernel has no place for this host's addresses ({error.strerror})"
        return why

    def _hear_at(self, wanted: Mapping[bytes, int]) -> None:
        for key in self._addresses.keys() - wanted.keys():
            with suppress(KeyError):
                del self.tables.addresses[key]
            del self._addresses[key]
        for key, what in wanted.items() - self._addresses.items():
            self._addresses[key] = what  # first: what is not known to be there stays for ever
            self.tables.addresses[key] = _WHAT.pack(what)

    @property
    def counters(self) -> Counter[str]:
        """As an engine counts, and how many of ``reflected`` were the kernel's."""
        found = Counter({name: self.tables.count(reason) for reason, name in NAMES.items()})
        # One without a place is reflected as well.
        found[NAMES[Counted.REFLECTED]] += found[NAMES[Counted.TABLE_FULL]]
        found[BY_KERNEL] = found[NAMES[Counted.REFLECTED]]
        return +found

    def hand_over(self, key: SessionKey, now_ns: int) -> ReflectorSession | None:
        """The session as it stands, None if it is unknown; from now on its requests go up."""
        name = _key_of(key)
        if name is None:
            return None
        value = np.zeros(1, SESSION)
        value["begun_ns"] = value["heard_ns"] = now_ns
        known = False
        try:
            value = np.frombuffer(self.tables.sessions[name], SESSION).copy()
            known = not value["engine"][0]
        except KeyError:
            self._one_more(name)
        value["engine"] = 1
        with suppress(OSError):  # no place: then the kernel has none for its requests either
            self.tables.sessions[name] = value.tobytes()
        return _session(value[0]) if known else None

    def sweep(self, now_ns: int, knows: Callable[[SessionKey], bool]) -> None:
        """Forget sessions that are over, to be called about once a second.

        ``knows`` tells whether an engine still has a session that was handed over.
        """
        limit, tables = self._rules.max_sessions, self.tables
        keys, sessions = all_entries(tables.sessions, SESSION_KEY, SESSION, limit)
        holders = holders_of(keys, self._rules.mask)
        mine = sessions["engine"] == 0
        over = are_over(sessions, holders, limit, now_ns) & mine
        for at in np.flatnonzero(~mine).tolist():
            over[at] = not knows(_name_of(keys[at]))
        for at in np.flatnonzero(over).tolist():
            with suppress(KeyError):
                del tables.sessions[keys[at].tobytes()]
        self._count_again(holders, over.tolist())

    def _count_again(self, holders: list[Holder], over: list[bool]) -> None:
        """Of those that lost a session, say how many they have left."""
        kept = [holder for holder, gone in zip(holders, over, strict=True) if not gone]
        lost = {holder for holder, gone in zip(holders, over, strict=True) if gone}
        for table, name in ((self.tables.of_source, "source"), (self.tables.of_network, "network")):
            left = Counter(getattr(holder, name) for holder in kept)
            for key in {getattr(holder, name) for holder in lost}:
                if left[key]:
                    table[key] = _COUNT.pack(left[key])
                else:
                    with suppress(KeyError):
                        del table[key]

    def _one_more(self, name: bytes) -> None:
        """Count a session that an engine has begun among those of its holders."""
        (holder,) = holders_of(np.frombuffer(name, SESSION_KEY), self._rules.mask)
        for table, key in (
            (self.tables.of_source, holder.source), (self.tables.of_network, holder.network),
        ):  # fmt: skip
            count = 0
            with suppress(KeyError):
                (count,) = _COUNT.unpack(table[key])
            with suppress(OSError):
                table[key] = _COUNT.pack(count + 1)

    def close(self) -> None:
        """Take the program away from all interfaces. May be called twice."""
        while self._links:
            os.close(self._links.pop())
        self.program.close()
        self.tables.close()


def places_of(addresses: Iterable[Address], everybody: Iterable[Address]) -> dict[bytes, int]:
    """What :meth:`KernelReflector.hear_at` needs a place for, and what each is."""
    wanted = {address_key(one): EVERYBODY for one in everybody}
    return wanted | {
        address_key(one): OWN for one in addresses if not (one.is_link_local or one.is_loopback)
    }


def without_places(wanted: Mapping[bytes, int]) -> str | None:
    """Why so many addresses have no places, if they have not."""
    if len(wanted) <= MAX_ADDRESSES:
        return None
    return f"this host has {len(wanted):,} addresses, more than {MAX_ADDRESSES:,}"


def _key_of(key: SessionKey) -> bytes | None:
    """As the program has it; None for an address that it does not answer."""
    address, port, ssid = key
    if "%" in address:
        return None
    parsed = ip_address(address)
    packed = parsed.packed.ljust(16, b"\0")
    return _KEY.pack(packed, port, ssid) + parsed.version.to_bytes(4, sys.byteorder)


def _name_of(key: np.void) -> SessionKey:
    """As an engine has it."""
    packed = key["address"].tobytes()
    address = IPv4Address(packed[:4]) if key["family"] == 4 else IPv6Address(packed)
    return str(address), int(key["port"]), int(key["ssid"])


def _session(value: np.void) -> ReflectorSession:
    return ReflectorSession(
        next_sequence=int(value["next"]) % _SEQUENCES,
        received=int(value["received"]),
        begun_ns=int(value["begun_ns"]),
        heard_ns=int(value["heard_ns"]),
        latest=int(value["latest"]),
    )
