"""What a reader has to say of a file: notes on what it lived with, problems that stop it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Never

from netkit.errors import InputError, Problem, shown

MAX_KEPT = 200
"""Problems (and notes) of one file that are kept; the rest is only counted."""

MAX_COUNTED = 1000
"""Problems beyond those that are counted; then the search ends."""


_MOST_NAMED = 12


@dataclass
class Findings:
    """Notes and problems of one file, in the order in which they were found."""

    file: str
    _notes: list[Problem] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _unsaid_notes: int = 0
    _unsaid_problems: int = 0

    def note(
        self,
        line: int | None,
        what: str,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """Something odd that the rest of the file does not suffer from."""
        self.extend_notes([Problem(self.file, line, what, value, expected, remedy)])

    def problem(
        self,
        line: int | None,
        what: str,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
        field: str | None = None,
    ) -> None:
        """Something that makes the file unusable; the search for others goes on.

        Raises :class:`~netkit.errors.InputError` when there are more than anyone would count.
        """
        self.extend_problems([Problem(self.file, line, what, value, expected, remedy, field)])

    def note_counts(self, what: str, names: Iterable[str]) -> None:
        """One note that names each kind of thing and says how often it is there."""
        counts = sorted(Counter(names).items())
        listed = ", ".join(f"{name} ({count})" for name, count in counts[:_MOST_NAMED])
        more = len(counts) - _MOST_NAMED
        if counts:
            self.note(None, what, listed + (f" and {more} more" if more > 0 else ""))

    def refuse_repeats(self, line: int | None, what: str, names: Sequence[str]) -> None:
        """A name that stands more than once where one value can count is a problem: two things may
        have run into one."""
        if len(set(names)) < len(names):
            for name, count in Counter(names).items():
                if count > 1:
                    self.problem(line, f"{what} {shown(name)} stands {count} times", None, "once")

    def extend_notes(self, found: Iterable[Problem]) -> None:
        """Notes that another check has put in words."""
        for each in found:
            if len(self._notes) < MAX_KEPT:
                self._notes.append(each)
            else:
                self._unsaid_notes += 1

    def extend_problems(self, found: Iterable[Problem]) -> None:
        """Problems that another check has put in words, in this file or one that it names.

        Ends the search as :meth:`problem` does.
        """
        for each in found:
            if not self.full:
                self._problems.append(each)
                continue
            self._unsaid_problems += 1
            if self._unsaid_problems >= MAX_COUNTED:
                self.check()

    @property
    def any_problem(self) -> bool:
        """Whether :meth:`check` would raise."""
        return bool(self._problems)

    @property
    def count(self) -> int:
        """How many problems there are so far, those that are only counted with them."""
        return len(self._problems) + self.unsaid

    @property
    def unsaid(self) -> int:
        """How many problems are only counted."""
        return self._unsaid_problems

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems so far, for whoever goes on looking; :meth:`check` raises them."""
        return tuple(self._problems)

    @property
    def full(self) -> bool:
        """Whether further problems are only counted, so that nothing need be put in words."""
        return len(self._problems) >= MAX_KEPT

    @property
    def notes(self) -> tuple[Problem, ...]:
        """The notes, and at the end how many were left out."""
        unsaid = self._unsaid_notes
        last = [Problem(self.file, None, f"and {unsaid} more notes")] if unsaid else []
        return tuple(self._notes + last)

    def check(self) -> None:
        """Raise :class:`~netkit.errors.InputError` with every problem, if there is any."""
        if self._problems:
            raise InputError(self._problems, self._unsaid_problems)

    def alone(self, line: int | None, what: str, value: str, expected: str) -> Never:
        """Raise :class:`~netkit.errors.InputError` with this and nothing else: what was found
        beside it says nothing."""
        raise InputError([Problem(self.file, line, what, value, expected)])
