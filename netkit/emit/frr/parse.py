"""Files of FRR and configurations that it shows, back to a state.

A line belongs to the node that the lines above it have entered; how deep it stands tells where a
node ends that has no ``exit``, as in ``show running-config``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.dialect import Foreign, Parsed
from netkit.emit.frr.project import locator_of
from netkit.emit.frr.routes import SegmentRoute, policies_of
from netkit.emit.frr.statements import FORMATS, prefix, static_route, static_sid
from netkit.emit.kinds import kind_of, not_of
from netkit.errors import InputError, Problem, shown
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import LocalSid, LocatorState, RouterState

_NODES = {
    ("", "segment-routing"): "sr",
    ("sr", "srv6"): "srv6",
    ("srv6", "encapsulation"): "encapsulation",
    ("srv6", "locators"): "locators",
    ("srv6", "static-sids"): "static-sids",
    ("isis", "segment-routing srv6"): "isis-srv6",
}
_NAMED_NODES = {("", "vrf"): "vrf", ("locators", "locator"): "locator"}
_FOREIGN = "foreign"
_EXITS = ("exit", "exit-vrf", "quit")
_BANNER = ("Building configuration...", "Current configuration:", "end")


def parse(text: str, file: str, router: str) -> Parsed:
    """The state that ``text`` gives to ``router``, and what in it is not netkit's.

    Raises:
        InputError: the text is of another platform, or statements that are netkit's to know cannot
            be understood: all of them, with their lines.
    """
    if kind_of(text) not in (None, "frr") or text.lstrip()[:1] in ("{", "[", "<"):
        raise not_of("frr", text, file)
    reader = _Reader(file)
    for number, line in enumerate(text.splitlines(), start=1):
        reader.take(number, line)
    return reader.parsed(router)


@dataclass(slots=True)
class _Locator:
    """A locator while its node is read."""

    line: int
    prefix: IPv6Network | None = None
    structure: SidStructure | None = None
    usid: bool = False


@dataclass(slots=True)
class _Node:
    """A node that has been entered, by a line of that depth."""

    kind: str
    depth: int
    name: str = ""


@dataclass(slots=True)
class _Reader:
    file: str
    nodes: list[_Node] = field(default_factory=list)
    source: IPv6Address | None = None
    locators: dict[str, _Locator] = field(default_factory=dict)
    sids: list[tuple[int, str, LocalSid]] = field(default_factory=list)
    routes: dict[tuple[object, ...], SegmentRoute] = field(default_factory=dict)
    foreign: list[Foreign] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, number: int, line: str) -> None:
        """One line: leave the nodes that it stands outside of, then enter one or read it."""
        text = line.strip()
        if not text or text.startswith(("!", "#")) or text in _BANNER:
            return
        depth = len(line) - len(line.lstrip())
        if self._leave(depth, text):
            return
        try:
            if not (self._enter(text, depth, number) or self._read(text, number)):
                self._keep(number, line, depth)
        except (ValueError, IndexError) as error:
            problem = Problem(
                self.file, number, "statement not understood", shown(text), str(error) or None
            )
            self.problems.append(problem)

    def _leave(self, depth: int, text: str) -> bool:
        while self.nodes and depth <= self.nodes[-1].depth:
            own = self.nodes.pop()
            if text in _EXITS and depth == own.depth:
                return True
        return text in _EXITS

    def _enter(self, text: str, depth: int, number: int) -> bool:
        at = self.nodes[-1].kind if self.nodes else ""
        words = text.split()
        kind, name = _NODES.get((at, text)), ""
        if kind is None and len(words) == 2:
            kind, name = _NAMED_NODES.get((at, words[0])), words[1]
        if kind is None and at == "" and words[:2] == ["router", "isis"]:
            kind = "isis"
        if kind is None:
            return False
        if kind == "locator":
            self.locators.setdefault(name, _Locator(number))
        self.nodes.append(_Node(kind, depth, name))
        return True

    def _read(self, text: str, number: int) -> bool:
        """Read a statement of a known node; False for one that is not netkit's."""
        node = self.nodes[-1] if self.nodes else _Node("", -1)
        read = _READERS.get(node.kind)
        return read is not None and read(self, text.split(), number, text)

    def _keep(self, number: int, line: str, depth: int) -> None:
        self.foreign.append(Foreign(number, line.strip()))
        if not (self.nodes and self.nodes[-1].kind == _FOREIGN):
            self.nodes.append(_Node(_FOREIGN, depth))

    def source_address(self, words: list[str], _number: int, _text: str) -> bool:
        if words[0] != "source-address":
            return False
        self.source = IPv6Address(words[1])
        return True

    def locator(self, words: list[str], _number: int, _text: str) -> bool:
        own = self.locators[self.nodes[-1].name]
        if words[0] == "prefix":
            own.prefix, own.structure = prefix(words)
        elif words == ["behavior", "usid"]:
            own.usid = True
        elif words[0] == "format":
            if words[1] not in FORMATS:
                return False
            own.structure, own.usid = FORMATS[words[1]]
        else:
            return False
        return True

    def static_sid(self, words: list[str], number: int, text: str) -> bool:
        if words[0] != "sid":
            return False
        sid = static_sid(words)
        if sid is not None:
            self.sids.append((number, text, sid))
        return sid is not None

    def route(self, words: list[str], _number: int, _text: str) -> bool:
        if words[0] not in ("ip", "ipv6") or words[1:2] != ["route"]:
            return False
        route = static_route(words, self.nodes[-1].name if self.nodes else None)
        if route is None:
            return False
        key = (route.vrf, route.prefix, route.color, route.distance)
        return self.routes.setdefault(key, route) == route

    def isis(self, words: list[str], _number: int, _text: str) -> bool:
        return words[0] == "locator"

    def parsed(self, router: str) -> Parsed:
        """All that was read; raises InputError with every problem."""
        locators = tuple(sorted(self._located()))
        sids = []
        for number, text, sid in self.sids:
            if locator_of(sid, locators) is None:
                self.foreign.append(Foreign(number, text))
            else:
                sids.append(sid)
        if self.problems:
            raise InputError(self.problems)
        state = RouterState(
            router, self.source, locators,
            tuple(sorted(dict.fromkeys(sids), key=lambda one: one.prefix)),
            policies_of(self.routes.values()),
        )  # fmt: skip
        return Parsed(state, tuple(sorted(self.foreign, key=lambda one: one.line)))

    def _located(self) -> list[LocatorState]:
        found = []
        for name, own in self.locators.items():
            if own.prefix is None or own.structure is None:
                expected = "prefix X:X::X:X/M"
                problem = Problem(self.file, own.line, "locator without a prefix", name, expected)
                self.problems.append(problem)
            else:
                found.append(LocatorState(name, own.prefix, own.structure, 0, own.usid))
        return found


_READERS: dict[str, Callable[[_Reader, list[str], int, str], bool]] = {
    "": _Reader.route,
    "vrf": _Reader.route,
    "encapsulation": _Reader.source_address,
    "locator": _Reader.locator,
    "static-sids": _Reader.static_sid,
    "isis-srv6": _Reader.isis,
}
