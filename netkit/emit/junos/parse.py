"""Rows of words of Junos to the state of a router."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address

from netkit.emit.common.hints import refuse_others
from netkit.emit.common.xml import read_xml
from netkit.emit.dialect import Foreign, Parsed
from netkit.emit.junos.edge import PREFIX, read_edge
from netkit.emit.junos.found import Found
from netkit.emit.junos.statements import TE, taker
from netkit.emit.junos.text import read_text
from netkit.emit.junos.words import Said, rows
from netkit.errors import InputError, Problem, printable
from netkit.model.router_state import LocalSid, LocatorState, PolicyState, RouterState


def parse(text: str, file: str, router: str) -> Parsed:
    """Read what ``show configuration`` prints, in braces or as ``set`` commands.

    Raises:
        InputError: a file of another platform, or statements that cannot be understood.
    """
    refuse_others(text, file, "junos")
    return _Reader(file).parsed(read_text(text, file), router)


def parse_xml(text: str, file: str, router: str) -> Parsed:
    """Read a ``<config>``, or what ``get-config`` answers.

    Raises:
        InputError: no XML, a file of another platform, or values that cannot be understood.
    """
    refuse_others(text, file, "junos")
    said: list[Said] = []
    for top in read_xml(text, file).inside:
        if top.name == "configuration":
            said.extend(row for one in top.inside for row in rows(one))
        else:
            said.extend(rows(top))
    return _Reader(file).parsed(said, router)


@dataclass(slots=True)
class _Reader:
    file: str
    found: Found = field(default_factory=Found)
    foreign: list[Said] = field(default_factory=list)
    problems: list[tuple[Said, str]] = field(default_factory=list)

    def parsed(self, said: Sequence[Said], router: str) -> Parsed:
        for line, words in said:
            self._read(line, words)
        self._raise()
        state = self._state(router)
        self._raise()
        foreign = sorted({(line, " ".join(words)) for line, words in self.foreign})
        return Parsed(state, tuple(Foreign(line, text) for line, text in foreign))

    def _read(self, line: int, words: tuple[str, ...]) -> None:
        if words[: len(PREFIX)] == PREFIX:
            self.found.edge.append((line, words))
            return
        how = taker(words)
        known = how is not None
        if how is not None:
            take, stars = how
            with self._at(line, words):
                known = take(self.found, line, stars)
        self._keep(line, words, known=known)

    def _keep(self, line: int, words: tuple[str, ...], *, known: bool) -> None:
        """Rows of a list and a path stay with it: they are foreign together."""
        kind = words[2] if len(words) > 3 and " ".join(words[:2]) == TE else ""
        if kind == "segment-list":
            one = self.found.segment_list(words[3])
            one.known = one.known and known
            one.said.append((line, words))
            return
        if kind == "source-routing-path":
            self.found.path(words[3]).said.append((line, words))
        if not known:
            self.foreign.append((line, words))

    @contextmanager
    def _at(self, line: int, words: Sequence[str]) -> Iterator[None]:
        """A ValueError from inside is a problem of this row."""
        try:
            yield
        except ValueError as error:
            self.problems.append(((line, tuple(words)), str(error)))

    def _raise(self) -> None:
        """What is wrong in a foreign path, as an IPv4 endpoint, is not netkit's to judge."""
        away = {row for name in self.found.foreign_paths() for row in self.found.paths[name].said}
        problems = [
            Problem(self.file, row[0], what, printable(" ".join(row[1])))
            for row, what in self.problems
            if row not in away
        ]
        if problems:
            raise InputError(problems)

    def _state(self, router: str) -> RouterState:
        locators, edge = dict(self._locators()), read_edge(self.found.edge)
        if edge is None:
            self.foreign.extend(self.found.edge)
        away = self.found.foreign_paths()
        self._away(away)
        return RouterState(
            router=router,
            source=self._source(away),
            locators=tuple(sorted(locators.values())),
            sids=tuple(sorted(self._sids(locators), key=lambda one: one.prefix)),
            policies=tuple(sorted(self._policies(away), key=lambda one: one.key)),
            edge=edge,
        )

    def _away(self, paths: set[str]) -> None:
        for name in self.found.foreign_lists():
            self.foreign.extend(self.found.lists[name].said)
        for name in paths:
            self.foreign.extend(self.found.paths[name].said)

    def _locators(self) -> Iterator[tuple[str, LocatorState]]:
        for name, one in self.found.locators.items():
            with self._at(one.line, ["locator", name]):
                yield name, one.state(name, self.found.blocks)

    def _sids(self, locators: dict[str, LocatorState]) -> Iterator[LocalSid]:
        for name, state in locators.items():
            if self.found.locators[name].node_sid:
                yield self.found.locators[name].micro_node_sid(state)
        for sid, one in self.found.sids.items():
            with self._at(one.line, [str(sid)]):
                yield one.state(sid, locators)

    def _policies(self, away: set[str]) -> Iterator[PolicyState]:
        lists = self.found.lists
        for name, path in self.found.paths.items():
            if name not in away:
                line, words = path.said[0]
                with self._at(line, words[:4]):
                    yield path.state(name, lists)

    def _source(self, away: set[str]) -> IPv6Address | None:
        """The source of all policies; where they have several, those are foreign."""
        own = {name: one for name, one in self.found.paths.items() if name not in away}
        sources = {one.source for one in own.values() if one.source is not None}
        if len(sources) == 1:
            return sources.pop()
        for one in own.values():
            self.foreign.extend(row for row in one.said if row[1][4:5] == ("from",))
        return None
