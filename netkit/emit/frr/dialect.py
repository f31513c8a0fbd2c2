"""The target ``frr``: one file a router, by the grammar of a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.dialect import Carried, Parsed, Unmade
from netkit.emit.frr import limits
from netkit.emit.frr.grammar import OLDEST, Grammar, grammar_of
from netkit.emit.frr.parse import parse
from netkit.emit.frr.project import carried, unmade
from netkit.emit.frr.render import render
from netkit.emit.limits import Exceeded
from netkit.model.router_state import RouterState

SUFFIX = ".conf"


@dataclass(frozen=True, slots=True)
class FrrDialect:
    """FRR in the grammar of one version; see :class:`netkit.emit.dialect.Dialect`."""

    grammar: Grammar = OLDEST
    name: str = "frr"
    suffixes: tuple[str, ...] = (SUFFIX,)
    whole: bool = True

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """What of ``state`` FRR does not take; without a version that of the dialect counts."""
        return limits.exceeded(state, str(self.grammar) if version is None else version)

    def carried(self, state: RouterState) -> Carried:
        """What of ``state`` this version of FRR can say."""
        return carried(state, self.grammar)

    def unmade(self, state: RouterState) -> Mapping[IPv6Address, Unmade]:
        """uAs, where this version has none."""
        return unmade(state, self.grammar)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """The file, for ``vtysh -f``."""
        return {SUFFIX: render(carried, self.grammar)}

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """A file of netkit, or what ``show running-config`` prints.

        Raises:
            InputError: as the parser says.
        """
        return parse(files[SUFFIX], f"{router}{SUFFIX}", router)


DIALECT = FrrDialect()


def of_version(version: str | None) -> FrrDialect:
    """The dialect of a version such as ``10.4.1``; the oldest for one that ``exceeded`` refuses."""
    return FrrDialect(grammar_of(version) or OLDEST)
