"""A Linux router as the world that changes are made in: the kernel of one network namespace.

Routes and rules with netkit's own protocol number are netkit's, as are the bridge that says so in
its alias and the nftables table ``netkit_edge``; the tunnel source is, as long as any of them is
there. Nothing else is ever changed, and a thing of others that is in the way is named beforehand.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv6Address
from types import TracebackType
from typing import Self

from pyroute2.netlink.exceptions import NetlinkError

from netkit.apply.changes import Change
from netkit.apply.linux import edge_table
from netkit.apply.linux.devices import Devices
from netkit.apply.linux.links import Links
from netkit.apply.linux.route_socket import (
    CREATE,
    EXCLUSIVE,
    REPLACE,
    RTM_DELROUTE,
    RTM_GETROUTE,
    RTM_NEWROUTE,
    RefusedError,
    RouteSocket,
)
from netkit.apply.linux.routes import all_routes, own_routes
from netkit.apply.linux.rtnetlink import AF_INET, AF_INET6, decoded, encoded, lookup
from netkit.apply.objects import (
    EdgeTable,
    KernelObject,
    Key,
    PassPair,
    Route,
    Rule,
    SidDevice,
    TunnelSource,
)
from netkit.emit.linux.words import PROTOCOL
from netkit.errors import ApplyError

_NO_TABLE = 0
_UNSET = IPv6Address("::")
_FAMILIES = {4: AF_INET, 6: AF_INET6}


@dataclass(frozen=True, slots=True)
class Way:
    """Out of ``interface``, which takes packets of up to ``mtu`` bytes."""

    interface: str
    mtu: int


class Kernel:
    """The kernel of the namespace that the calling thread is in; implements ``World``."""

    def __init__(self) -> None:
        self._socket = RouteSocket()
        self._links = Links()
        self._devices = Devices(self._links)
        self._indexes = self._devices.indexes()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()
        self._links.close()

    def own(self) -> tuple[KernelObject, ...]:
        """All that is netkit's."""
        ours: list[KernelObject] = list(own_routes(self._socket, self._names()))
        ours += [rule for protocol, rule in self._all_rules() if protocol == PROTOCOL]
        ours += [*self._devices.own(), *edge_table.held()]
        return (*ours, *self.source()) if ours else ()

    def foreign(self) -> dict[Key, str]:
        """Things that others have made, by the keys they would share with netkit's; each with a
        word for whose it is."""
        found = {
            route.key: f"protocol {protocol}"
            for protocol, route in self.routes()
            if protocol != PROTOCOL
        }
        for protocol, rule in self._all_rules():
            if protocol != PROTOCOL:
                found[rule.key] = f"protocol {protocol}"
        for name in self._devices.foreign():
            found[SidDevice(name).key] = "an interface of others"
        return found

    def interfaces(self) -> dict[str, int]:
        """The MTU of each interface, by name."""
        return self._devices.mtus()

    def switched_off(self) -> frozenset[str]:
        """The interfaces that are down, by name."""
        return self._devices.down()

    def ways_to(self, addresses: Iterable[IPv6Address]) -> dict[IPv6Address, Way]:
        """The interface over which packets to each address leave; without those that no route leads
        to, or that are the router itself. One question to the kernel an address."""
        names, mtus = self._names(), self.interfaces()
        found = {}
        for address in addresses:
            try:
                _, route = decoded(self._socket.ask(RTM_GETROUTE, lookup(address)), names)
            except RefusedError:
                continue
            if route.device is not None and not route.local:
                found[address] = Way(route.device, mtus.get(route.device, 0))
        return found

    def held(self, keys: Iterable[Key]) -> Mapping[Key, KernelObject]:
        """What is there of netkit's things with these keys; what a crash has left half made is like
        nothing that was asked for. What others have put in the same place is theirs, and stays."""
        wanted = set(keys)
        objects: list[KernelObject] = list(own_routes(self._socket, self._names()))
        objects += self._rules_by_key().values()
        objects += [*self._devices.own(), *edge_table.held(), *self.source()]
        objects += self._devices.half_made()
        return {one.key: one for one in objects if one.key in wanted}

    def make(self, change: Change) -> None:
        """Make one change; raises ApplyError with the kernel's own words."""
        try:
            self._make(change)
        except (OSError, NetlinkError, KeyError) as error:
            said = f"no interface {error}" if isinstance(error, KeyError) else str(error)
            raise ApplyError(f"{' '.join(change.key)}: {said}") from error

    def settle(self, wanted: Iterable[KernelObject]) -> None:
        """What the kernel has taken is in force."""

    def _make(self, change: Change) -> None:
        held, wanted = change.before, change.after
        match wanted or held:
            case Route():
                self._make_route(held, wanted)
            case Rule():
                self._make_rule(change.key, wanted)
            case SidDevice() | PassPair():
                self._make_device(held, wanted)
            case TunnelSource():
                source = wanted.address if isinstance(wanted, TunnelSource) else _UNSET
                _run("ip", "sr", "tunsrc", "set", str(source))
            case EdgeTable():
                edge_table.load(wanted if isinstance(wanted, EdgeTable) else None)

    def _make_route(self, held: KernelObject | None, wanted: KernelObject | None) -> None:
        if isinstance(wanted, Route):
            # A route that is there is replaced in one step: its packets always find one of both.
            flags = CREATE | (EXCLUSIVE if held is None else REPLACE)
            self._socket.request(RTM_NEWROUTE, flags, encoded(wanted, self._indexes))
        elif isinstance(held, Route):
            self._socket.request(RTM_DELROUTE, 0, encoded(held, self._indexes))

    def _make_rule(self, key: Key, wanted: KernelObject | None) -> None:
        """The kernel knows a rule by all that it says: another table is another rule, which comes
        before the one of before goes. A crash in between has left both."""
        there = [rule for protocol, rule in self._all_rules() if protocol == PROTOCOL]
        old = [rule for rule in there if rule.key == key]
        if isinstance(wanted, Rule) and wanted not in old:
            self._change_rule("add", wanted)
        for rule in old:
            if rule != wanted:
                self._change_rule("del", rule)

    def _change_rule(self, command: str, rule: Rule) -> None:
        self._links.rule(
            command, family=_FAMILIES[rule.family], iifname=rule.interface, table=rule.table,
            priority=rule.priority, protocol=PROTOCOL,
        )  # fmt: skip

    def _make_device(self, held: KernelObject | None, wanted: KernelObject | None) -> None:
        if isinstance(held, PassPair) and isinstance(wanted, PassPair) and held.peer == wanted.peer:
            self._devices.adapt(held, wanted)
            return
        if isinstance(held, SidDevice | PassPair):
            self._devices.take(held)
        if isinstance(wanted, SidDevice | PassPair):
            self._devices.make(wanted)
        self._indexes = self._devices.indexes()

    def routes(self) -> Iterator[tuple[int, Route]]:
        """All routes, each with its protocol."""
        return all_routes(self._socket, self._names())

    def _names(self) -> dict[int, str]:
        """Interfaces by index."""
        return {index: name for name, index in self._devices.indexes().items()}

    def _all_rules(self) -> Iterator[tuple[int, Rule]]:
        for version, family in _FAMILIES.items():
            for one in self._links.get_rules(family=family):
                interface = one.get_attr("FRA_IIFNAME") or ""
                table = one.get_attr("FRA_TABLE") or one["table"]
                priority = one.get_attr("FRA_PRIORITY") or 0
                yield one.get_attr("FRA_PROTOCOL") or 0, Rule(interface, table, priority, version)

    def _rules_by_key(self) -> dict[Key, Rule]:
        """netkit's rules; several of one key are in no one table."""
        found: dict[Key, Rule] = {}
        for protocol, rule in self._all_rules():
            if protocol != PROTOCOL:
                continue
            known = found.setdefault(rule.key, rule)
            if known != rule:
                found[rule.key] = replace(rule, table=_NO_TABLE)
        return found

    def source(self) -> tuple[TunnelSource, ...]:
        """The source of what is encapsulated, if one is set; whose it is it does not say."""
        said = _run("ip", "sr", "tunsrc", "show").split()
        address = IPv6Address(said[-1]) if said else _UNSET
        return () if address == _UNSET else (TunnelSource(address),)


def _run(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, process_group=0
    )  # Ctrl-C at a terminal is not for commands that put a router back
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
