"""A campaign file that is being judged: what could be read of it, what is wrong, what is hidden.

Whoever reads the file and whoever resolves it on its topology add to one and the same, so that one
run tells everything that is wrong. What depends on a wrong thing is not judged, or it would be told
twice; that it was not is said in one line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from netkit.errors import InputError, Problem
from netkit.files.reading.findings import Findings
from netkit.model.measurement.campaign_file import CampaignFile

_MOST_LINES = 12
_UNJUDGED = "not judged, as it depends on what is wrong"


class Hidden(StrEnum):
    """What cannot be judged as long as something else is wrong."""

    FILE = "all the rest of the file"
    NODES = "nodes of sites"
    NAMES = "which sites measurements name"
    FLOWS = "flows of measurements"
    PATHS = "paths and sizes of flows"
    TIERS = "tiers of flows"
    ROUNDS = "how long rounds are"
    BUDGET = "the budget as a whole"


@dataclass(slots=True)
class Unread:
    """What of a file could not be read: ``keys`` of the top level, addresses or keys of ``sites``,
    and where ``unplaced`` ones are. ``nameless``: some site has no name that can be read, so that a
    name which nobody has may be that of it."""

    keys: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    unplaced: set[str] = field(default_factory=set)
    nameless: bool = False


@dataclass(slots=True)
class CampaignReading:
    """``asked`` is what could be read; it can be used only if :meth:`check` raises nothing.

    ``pairs`` are the sites that are known to measure each other, (src, dst).
    """

    asked: CampaignFile
    findings: Findings
    unread: Unread
    pairs: set[tuple[str, str]] = field(default_factory=set)
    _hidden: dict[Hidden, set[int | None]] = field(default_factory=dict)

    def hide(self, what: Hidden, line: int | None = None) -> None:
        """Something is not judged; ``line`` is where it stands, if it is one of several."""
        self._hidden.setdefault(what, set()).add(line)

    @property
    def hidden(self) -> frozenset[Hidden]:
        """What was not judged so far."""
        return frozenset(self._hidden)

    def refuse(self, problems: Iterable[Problem], line: int | None = None) -> None:
        """Problems of this file that another check has put in words; those without a line are of
        ``line``."""
        file = self.asked.file
        self.findings.extend_problems(
            replace(one, file=file, line=one.line or line, field=None) for one in problems
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, and what is not judged therefore."""
        found, file = list(self.findings.problems), self.asked.file
        if self.findings.unsaid:
            found.append(Problem(file, None, f"and {self.findings.unsaid} more problems"))
        if found and self._hidden:
            told = "; ".join(
                what + _lines(self._hidden[what]) for what in Hidden if what in self._hidden
            )
            found.append(unjudged(file, told))
        return tuple(found)

    def check(self) -> None:
        """Raise :class:`~netkit.errors.InputError` if anything is wrong."""
        if problems := self.problems:
            raise InputError(problems)


def unjudged(file: str, told: str) -> Problem:
    """The line that says what is not judged."""
    return Problem(file, None, _UNJUDGED, told, aside=True)


def _lines(found: Iterable[int | None]) -> str:
    """Where it stands."""
    known = sorted(line for line in found if line is not None)
    if not known:
        return ""
    more = f" and {len(known) - _MOST_LINES} more" if len(known) > _MOST_LINES else ""
    word = "line" if len(known) == 1 else "lines"
    return f" in {word} " + ", ".join(map(str, known[:_MOST_LINES])) + more
