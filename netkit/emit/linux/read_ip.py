"""An ``ip -batch`` file of netkit's back to the state that it came from.

Statements about segment routing on netkit's own device are netkit's to know: one that cannot be
understood is refused. All others are foreign and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, IPv6Network
from typing import TypeVar

from netkit.emit.dialect import Foreign
from netkit.emit.linux.customers import local_rule, pass_lines
from netkit.emit.linux.read_policies import PolicyReader
from netkit.emit.linux.words import (
    CUSTOMER_TABLE,
    LOCATOR_LINE,
    LOCATOR_METRIC,
    PACKETS_LINE,
    PASS_OUT,
    POLICY_LINE,
    SID_DEVICE,
    TABLES,
    unowned,
)
from netkit.emit.recognise import hint
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CustomerPort,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    RouterState,
)

_T = TypeVar("_T")

VRFS = {table: vrf for vrf, table in TABLES.items()}
_TABLE = rf"(?P<table>{'|'.join(VRFS)})"
_OBJECTS = re.compile(r"(-\S+ +)*(addr(ess)?|link|neigh(bou?r)?|nexthop|route|rule|sr|tunnel|vrf) ")
"""How a line begins that ``ip -batch`` would take."""

_FRAME = re.compile(rf"link add {SID_DEVICE} type bridge|link set {SID_DEVICE} up")
_SOURCE = re.compile(r"sr tunsrc set (?P<source>\S+)")
_BLACKHOLE = re.compile(rf"route add blackhole (?P<prefix>\S+) metric {LOCATOR_METRIC}")
_SID = re.compile(
    rf"route add (?P<prefix>\S+) encap seg6local action (?P<action>\S+)(?: (?P<words>.*?))?"
    rf" dev {SID_DEVICE}"
)
_PREFIX = re.compile(rf"route add (?P<prefix>\S+) dev (?P<interface>\S+) table {_TABLE}")
_GATEWAY = re.compile(
    rf"route add local (?P<gateway>\S+) dev (?P<interface>\S+) table {CUSTOMER_TABLE}"
)
_RULE = re.compile(
    rf"rule add from ::/0 pref 100 iif (?!{PASS_OUT} )(?P<interface>\S+) table {_TABLE}"
)
_SHIFT = re.compile(r"flavors next-csid lblen (?P<block>\d+) nflen (?P<rest>\d+)")


def read_ip(text: str, router: str) -> tuple[RouterState, tuple[Foreign, ...]]:
    """The state that the file of ``router`` says, without an edge filter, and what is foreign.

    Raises:
        InputError: the file is not for ``ip -batch``, or a line cannot be understood.
    """
    reader = _Reader(text, f"{router}.ip")
    for number, line in enumerate(text.splitlines(), start=1):
        reader.line(number, unowned(line.strip()))
    state = reader.state(router)
    return state, reader.foreign_to(state)


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._text, self._file = text, file
        self._number = 0
        self._source: IPv6Address | None = None
        self._locators: list[LocatorState] = []
        self._sids: list[LocalSid] = []
        self._ports: dict[str, str] = {}
        self._prefixes: dict[str, list[IPv6Network]] = {}
        self._gateways: dict[str, IPv6Address] = {}
        self._policies = PolicyReader(file)
        self._foreign: list[Foreign] = []

    def line(self, number: int, line: str) -> None:
        """Take in one line; raises InputError for what netkit should know and does not."""
        self._number = number
        if line.startswith("#"):
            self._comment(line)
        elif line and not self._statement(line):
            self._unknown(line)

    def state(self, router: str) -> RouterState:
        """Everything read."""
        customers = (
            CustomerPort(
                interface,
                VRFS[table] or "",
                tuple(self._prefixes.pop(interface, ())),
                self._gateways.get(interface),
            )
            for interface, table in sorted(self._ports.items())
        )
        return RouterState(
            router=router,
            source=self._source,
            locators=tuple(sorted(self._locators)),
            sids=tuple(sorted(self._sids, key=lambda one: one.prefix)),
            policies=self._policies.policies(),
            customers=tuple(customers),
        )

    def foreign_to(self, state: RouterState) -> tuple[Foreign, ...]:
        """Statements that are not netkit's, nor follow from ``state``."""
        follow = {*local_rule(state), *pass_lines(state)}
        return tuple(one for one in self._foreign if one.text not in follow)

    def _comment(self, line: str) -> None:
        if found := LOCATOR_LINE.fullmatch(line):
            lengths = map(int, found["bits"].split("+"))
            prefix = self._value(IPv6Network, found["prefix"])
            structure, usid = SidStructure(*lengths), found["usid"] is not None
            algorithm = int(found["algorithm"])
            self._locators.append(LocatorState(found["name"], prefix, structure, algorithm, usid))
        elif found := POLICY_LINE.fullmatch(line):
            endpoint = self._value(IPv6Address, found["endpoint"])
            self._policies.begin(self._number, found["name"], int(found["color"]), endpoint)
        elif found := PACKETS_LINE.fullmatch(line):
            self._policies.packets(int(found["preference"]), int(found["bytes"]))

    def _statement(self, line: str) -> bool:
        """Is the line one of netkit's own? Then it is read."""
        if self._policies.route(self._number, line) or _FRAME.fullmatch(line):
            return True
        if found := _SOURCE.fullmatch(line):
            self._source = self._value(IPv6Address, found["source"])
        elif found := _BLACKHOLE.fullmatch(line):
            return any(str(one.prefix) == found["prefix"] for one in self._locators)
        elif found := _SID.fullmatch(line):
            self._sid(found)
        elif found := _RULE.fullmatch(line):
            self._ports[found["interface"]] = found["table"]
        elif found := _GATEWAY.fullmatch(line):
            self._gateways[found["interface"]] = self._value(IPv6Address, found["gateway"])
        elif found := _PREFIX.fullmatch(line):
            prefix = self._value(IPv6Network, found["prefix"])
            self._prefixes.setdefault(found["interface"], []).append(prefix)
        else:
            return False
        return True

    def _sid(self, found: re.Match[str]) -> None:
        prefix = self._value(IPv6Network, found["prefix"])
        action, words = found["action"], found["words"] or ""
        made = next(_local_sids(prefix, action, words), None)
        if made is None:
            raise self._error("an action of a SID that netkit does not write", f"{action} {words}")
        self._sids.append(made)

    def _unknown(self, line: str) -> None:
        if "encap seg6" in line and f"dev {SID_DEVICE}" in line:
            raise self._error("a statement about segment routing that netkit does not write", line)
        if not _OBJECTS.match(line):
            raise self._error("not input of `ip -batch`", line)
        self._foreign.append(Foreign(self._number, line))

    def _value(self, kind: type[_T], word: str) -> _T:
        try:
            return kind(word)  # type: ignore[call-arg]
        except ValueError as error:
            raise self._error(f"no {kind.__name__}: {error}", word) from error

    def _error(self, what: str, value: str) -> InputError:
        return InputError.single(
            what, file=self._file, line=self._number, value=value,
            expected="a file of target linux, as `netkit emit` writes it",
            remedy=hint(self._text, "linux"),
        )  # fmt: skip


def _local_sids(prefix: IPv6Network, action: str, words: str) -> Iterator[LocalSid]:
    """The SID that an action makes; nothing for one that netkit does not write."""
    usd = frozenset({Flavor.USD})
    verb, _, rest = words.partition(" ")
    if action == "End":
        flavors = _flavors(prefix, words)
        if flavors is not None:
            yield LocalSid(prefix, EndpointBehavior.END, flavors)
    elif action == "End.DT6" and verb == "table" and rest in VRFS:
        if VRFS[rest] is None:
            yield LocalSid(prefix, EndpointBehavior.END, usd)
        else:
            yield LocalSid(prefix, EndpointBehavior.END_DT6, vrf=VRFS[rest])
    elif action in ("End.X", "End.DX6") and verb == "nh6":
        address, _, more = rest.partition(" ")
        flavors = usd if action == "End.DX6" and not more else _flavors(prefix, more)
        if flavors is not None and _is_address(address):
            yield LocalSid(
                prefix, EndpointBehavior.END_X, flavors, next_hop=IPv6Address(address)
            )  # fmt: skip


def _flavors(prefix: IPv6Network, words: str) -> frozenset[Flavor] | None:
    """None for words that netkit does not write, or that do not go with the prefix."""
    if not words:
        return frozenset()
    if words == "flavors psp":
        return frozenset({Flavor.PSP})
    found = _SHIFT.fullmatch(words)
    fits = found and int(found["block"]) + int(found["rest"]) == prefix.prefixlen
    return frozenset({Flavor.NEXT_CSID}) if fits else None


def _is_address(word: str) -> bool:
    try:
        IPv6Address(word)
    except ValueError:
        return False
    return True
