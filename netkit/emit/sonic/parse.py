"""Tables of CONFIG_DB, as a file has them or a whole ``config_db.json``, back to a state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from typing import NoReturn

from netkit.emit.common.hints import refuse_others
from netkit.emit.common.reading import address, number, prefix
from netkit.emit.common.sids import home
from netkit.emit.dialect import Foreign, Parsed
from netkit.emit.sonic.project import DEFAULT_VRF
from netkit.emit.sonic.render import ACTIONS, LOCATORS, SIDS
from netkit.errors import InputError, Problem, shown
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid, LocatorState, RouterState

_BEHAVIORS = {word: behavior for behavior, word in ACTIONS.items()}
_LENGTHS = {"block_len": "32", "node_len": "16", "func_len": "16", "arg_len": "0"}
"""What the YANG has for lengths that are not said."""

_SHIFTS = frozenset({Flavor.NEXT_CSID})
_LOCATOR_FIELDS = frozenset({"prefix", *_LENGTHS})
_SID_FIELDS = {
    EndpointBehavior.END: frozenset({"action", "decap_dscp_mode"}),
    EndpointBehavior.END_X: frozenset({"action", "decap_dscp_mode", "interface", "adj"}),
    EndpointBehavior.END_DT46: frozenset({"action", "decap_dscp_mode", "decap_vrf"}),
}


def parse(text: str, file: str, router: str) -> Parsed:
    """The state that ``text`` gives to ``router``, and what in it is not netkit's.

    Raises:
        InputError: the text is of another platform or no JSON of CONFIG_DB, or entries that are
            netkit's to know cannot be understood: all of them, with their lines.
    """
    refuse_others(text, file, "sonic")
    reader = _Reader(text, file)
    tables = reader.tables()
    locators = tuple(sorted(reader.locators(tables.pop(LOCATORS, {}))))
    sids = reader.sids(tables.pop(SIDS, {}), locators)
    for name in tables:
        reader.keep(name, name)
    if reader.problems:
        raise InputError(reader.problems)
    state = RouterState(
        router, locators=locators, sids=tuple(sorted(sids, key=lambda one: one.prefix))
    )
    return Parsed(state, tuple(sorted(reader.foreign, key=lambda one: one.line)))


@dataclass(slots=True)
class _Reader:
    text: str
    file: str
    foreign: list[Foreign] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tables(self) -> dict[str, object]:
        """The outermost object; raises InputError for what is none."""
        try:
            found = json.loads(self.text, object_pairs_hook=self._once, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            raise InputError.single(error.msg, file=self.file, line=error.lineno) from error
        except (ValueError, RecursionError) as error:
            raise InputError.single("no JSON of CONFIG_DB", file=self.file) from error
        if not isinstance(found, dict):
            expected = "an object of tables"
            raise InputError.single("no CONFIG_DB", file=self.file, line=1, expected=expected)
        return found

    def _once(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            self._complain(twice, "the same key twice")
        return found

    def locators(self, table: object) -> list[LocatorState]:
        """The entries of ``SRV6_MY_LOCATORS``."""
        found = []
        for name, entry in self._entries(LOCATORS, table):
            try:
                found.append(_locator(name, entry))
            except ValueError as error:
                self._complain(name, str(error))
            self._unknown(f"{LOCATORS}|{name}", name, entry, _LOCATOR_FIELDS | {"vrf"})
        return found

    def sids(self, table: object, locators: tuple[LocatorState, ...]) -> list[LocalSid]:
        """The entries of ``SRV6_MY_SIDS``; those outside of all locators are kept as they are."""
        found = []
        for key, entry in self._entries(SIDS, table):
            try:
                sid = _sid(key, entry)
            except ValueError as error:
                self._complain(key, str(error))
                continue
            if home(sid.sid, locators) is None:
                self.keep(key, f"{SIDS}|{key}")
                continue
            self._unknown(f"{SIDS}|{key}", key, entry, _SID_FIELDS[sid.behavior])
            found.append(sid)
        return found

    def _entries(self, name: str, table: object) -> Iterator[tuple[str, dict[str, str]]]:
        if not isinstance(table, dict):
            self._complain(name, "a table is an object of entries")
            return
        for key, entry in table.items():
            if isinstance(entry, dict) and all(isinstance(one, str) for one in entry.values()):
                yield key, entry
            else:
                self._complain(key, "an entry is an object of strings")

    def _unknown(self, what: str, key: str, entry: dict[str, str], known: frozenset[str]) -> None:
        for name in entry.keys() - known:
            self.keep(key, f"{what} {name}")
        if entry.get("vrf", DEFAULT_VRF) != DEFAULT_VRF:
            self.keep(key, f"{what} vrf")

    def keep(self, key: str, text: str) -> None:
        """Keep what stands under ``key`` as foreign."""
        self.foreign.append(Foreign(self._line(key), text))

    def _complain(self, key: str, what: str) -> None:
        self.problems.append(Problem(self.file, self._line(key), what, shown(key)))

    def _line(self, key: str) -> int:
        """Where a key stands first."""
        at = self.text.find(json.dumps(key))
        return 1 if at < 0 else self.text.count("\n", 0, at) + 1


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _locator(name: str, entry: dict[str, str]) -> LocatorState:
    block, node, function, argument = (
        number(entry.get(what, unsaid)) for what, unsaid in _LENGTHS.items()
    )
    base = address(entry.get("prefix"))
    try:
        own = IPv6Network((base, block + node))
    except ValueError:
        raise ValueError(f"prefix has bits behind its {block + node}") from None
    return LocatorState(name, own, SidStructure(block, node, function, argument), 0, usid=True)


def _sid(key: str, entry: dict[str, str]) -> LocalSid:
    own = prefix(key.partition("|")[2])
    behavior = _BEHAVIORS.get(entry.get("action", ""))
    if behavior is None:
        raise ValueError(f"action is none of {', '.join(_BEHAVIORS)}")
    if behavior is EndpointBehavior.END_DT46:
        vrf = entry.get("decap_vrf", DEFAULT_VRF)
        return LocalSid(own, behavior, vrf=None if vrf == DEFAULT_VRF else vrf)
    if behavior is EndpointBehavior.END:
        return LocalSid(own, behavior, _SHIFTS)
    if "interface" not in entry:
        raise ValueError("a uA without its interface")
    hop = entry.get("adj")
    return LocalSid(
        own, behavior, _SHIFTS, entry["interface"], None if hop is None else address(hop)
    )
