"""What can go wrong, and with which exit code a command then ends.

NetkitError
├── InputError        a file, option or value is wrong: every problem found, each with its place
├── PrivilegeError    the machine does not let this user do it: what is needed, how to get it
├── LabError          the emulated backbone could not be built, run or taken down
├── ProbeError        a measurement could not be made
├── StoreError       what was measured could not be kept or read; what is kept is as it was
├── ApplyError        a router could not be changed; it is as it was, or is said how not
└── ReplayError       a planned list left its certificate: a bug in netkit, never the user's fault
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TypeVar

_E = TypeVar("_E", bound=StrEnum)


class ExitCode(IntEnum):
    """The one table of exit codes; they are the Nagios plug-in codes."""

    OK = 0
    DEGRADED = 1
    BREACH = 2
    UNKNOWN = 3


def printable(text: str) -> str:
    """``text`` as a terminal may show it: whatever is no printable character stands as its escape.

    A file's name may hold what clears a screen, or writes a line that nobody has written.
    """
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def _escape(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect of an input: where it is, what stands there, what was expected, what to do.

    ``file`` is None of what came as an argument. ``field`` is the argument that is wrong, or that
    would mend it, by its name in Python; ``beside`` are arguments that it does not go with. What is
    said ``aside`` comes after all that is wrong with the file.
    """

    file: str | None
    line: int | None
    what: str
    value: str | None = None
    expected: str | None = None
    remedy: str | None = None
    field: str | None = None
    beside: tuple[str, ...] = ()
    aside: bool = False

    def __str__(self) -> str:
        # A name with a line break in it must not write lines of its own.
        file = None if self.file is None else self.file.replace("\n", "\\n")
        place = file if self.line is None else f"{file}:{self.line}"
        text = self.what if file is None else f"{place}: {self.what}"
        if self.value is not None:
            text += f": {self.value}".replace("\n", "\\n")
        if self.expected is not None:
            text += f"; expected {self.expected}"
        if self.beside:
            text += f" together with {', '.join(self.beside)}"
        if self.remedy is not None:
            text += f". {self.remedy}"
        return text


class NetkitError(Exception):
    """Base of all errors that netkit raises on purpose."""

    exit_code = ExitCode.UNKNOWN


class InputError(NetkitError):
    """Input that cannot be used; ``problems`` holds every defect of the phase, in file order.

    ``more`` says how many were found beyond those, where there were too many to keep.
    """

    def __init__(self, problems: Iterable[Problem], more: int = 0) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda p: (p.file or "", p.aside, p.line or 0, p.what))
        )
        self.more = more
        lines = [str(problem) for problem in self.problems]
        super().__init__("\n".join(lines + ([f"and {more} more"] if more else [])))

    @classmethod
    def single(
        cls,
        what: str,
        *,
        file: str | None = None,
        line: int | None = None,
        value: object = None,
        expected: str | None = None,
        remedy: str | None = None,
        field: str | None = None,
    ) -> InputError:
        """Make the error for one defect."""
        return cls([Problem(file, line, what, _shown(value), expected, remedy, field)])

    @classmethod
    def argument(
        cls,
        field: str,
        *,
        value: object = None,
        expected: str | None = None,
        remedy: str | None = None,
        beside: Iterable[str] = (),
    ) -> InputError:
        """Make the error for an argument that cannot be used, by its name in Python."""
        shown = _shown(value)
        return cls([Problem(None, None, field, shown, expected, remedy, field, tuple(beside))])


def _shown(value: object) -> str | None:
    return None if value is None else in_digits(value)


def in_digits(value: object) -> str:
    """As text; of an integer of thousands of digits, which Python does not write, the first.

    >>> in_digits(1.5), in_digits(1 << 20_000)
    ('1.5', '0x1000000000000…')
    """
    try:
        return str(value)
    except ValueError:
        return f"{value:#x}"[: _LONGEST_WORD // 4] + "…"


def chosen(kind: type[_E], word: str, field: str) -> _E:
    """The member of ``kind`` whose value is ``word``; raises InputError that names them all."""
    found = {member.value: member for member in kind}
    if word in found:
        return found[word]
    remedy = did_you_mean(word, found)
    raise InputError.argument(field, value=word, expected=" or ".join(found), remedy=remedy)


def counted(number: int, what: str) -> str:
    """So many of something, in the singular or the plural.

    >>> counted(1, "late reply"), counted(2, "late reply"), counted(0, "process")
    ('1 late reply', '2 late replies', '0 processes')
    """
    if number == 1:
        return f"1 {what}"
    if what.endswith("y") and what[-2] not in "aeiou":
        return f"{number} {what[:-1]}ies"
    return f"{number} {what}{'es' if what.endswith(('s', 'x')) else 's'}"


def counted_of(number: int, kinds: str) -> str:
    """As :func:`counted`, of words whose first plural is the noun that is counted.

    >>> counted_of(1, "adjacencies of other areas"), counted_of(2, "End.X SIDs of nobody")
    ('1 adjacency of other areas', '2 End.X SIDs of nobody')
    """
    words = kinds.split(" ")
    noun = next((place for place, word in enumerate(words) if word.endswith("s")), None)
    if number == 1 and noun is not None:
        plural = words[noun]
        words[noun] = f"{plural[:-3]}y" if plural.endswith("ies") else plural[:-1]
    return f"{number} {' '.join(words)}"


_LONGEST_WORD = 60
_MOST_ALIKE = 100
_FEWEST_LETTERS, _FEWEST_CHARACTERS = 3, 2
_CHINESE = "\N{CJK RADICAL REPEAT}"
"""From here on Unicode has Chinese characters."""
_MOST_NAMED = 12


def shown(text: str) -> str:
    """A value as a message may print it: short, on one line, without control characters."""
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "'" + (clean if len(clean) <= _LONGEST_WORD else clean[: _LONGEST_WORD - 1] + "…") + "'"


def nearest(word: str, known: Iterable[str], most: int) -> list[str]:
    """The known words that ``word`` may be a slip for, the nearest first.

    Those that begin with it come first. Only words of about the same length and the same first
    letter, small or capital, are looked at else, so that a file of a thousand slips against ten
    thousand names takes no minutes. Of a word in Chinese any character may be the wrong one.

    >>> nearest("beijin", ["nanjing", "beijing", "baiyin"], 2)
    ['beijing', 'baiyin']
    >>> nearest("比京", ["上海", "北京", "东京湾"], 2)
    ['北京']
    """
    key, words = word[:_LONGEST_WORD].casefold(), list(known)
    alike = sorted(
        (name for name in words if name[:1].casefold() == key[:1]),
        key=lambda name: (name[:1] == word[:1], name),  # of two in one spelling, as it was written
    )
    enough = _FEWEST_CHARACTERS if _is_chinese(word) else _FEWEST_LETTERS
    longer = [name for name in alike if name.casefold().startswith(key) and len(key) >= enough]
    near = {
        name.casefold(): name for name in alike if abs(len(name) - len(word)) < 4
    }  # small letters, and what they stand for
    close = difflib.get_close_matches(key, list(near)[:_MOST_ALIKE], n=most)
    found = list(dict.fromkeys([*longer, *(near[name] for name in close)]))[:most]
    return found or _by_one_character(word, words)


def _by_one_character(word: str, known: Iterable[str]) -> list[str]:
    """Of a word in Chinese the one known word that has another character in its place, one more or
    one less; none where it could be several. Each says so much that two that share it are alike."""
    if len(word) > _LONGEST_WORD or not _is_chinese(word):
        return []
    found = {name for name in known if _one_apart(*sorted((word, name), key=len))}
    return list(found) if len(found) == 1 else []


def _is_chinese(word: str) -> bool:
    return max(word, default="") >= _CHINESE


def _one_apart(shorter: str, longer: str) -> bool:
    """At least two characters, and the same but for one."""
    more = len(longer) - len(shorter)
    if len(shorter) < _FEWEST_CHARACTERS or more > 1:
        return False
    pairs = enumerate(zip(shorter, longer, strict=False))
    at = next((place for place, (one, other) in pairs if one != other), len(shorter))
    return shorter[at + 1 - more :] == longer[at + 1 :] and shorter != longer


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The remedy that names the known word nearest to ``word``, if one is near.

    >>> did_you_mean("beijin", ["nanjing", "beijing"])
    "Did you mean 'beijing'?"
    """
    near = nearest(word, known, 1)
    return f"Did you mean {near[0]!r}?" if near else None


def either(names: Sequence[str]) -> str:
    """Names of which one is meant, a dozen at most.

    >>> either(["beijing-cm", "beijing-ct"])
    'beijing-cm or beijing-ct'
    """
    more = len(names) - _MOST_NAMED
    return " or ".join(names[:_MOST_NAMED]) + (f" or {more} more" if more > 0 else "")


LISTED_NODES = "`netkit topo show` lists the nodes."
"""The remedy where no node has a name that is near."""


def unknown_node(
    topology: str, name: str, active: Collection[str], every: Collection[str]
) -> Problem:
    """The problem of a demand from or to a node that is not among the ``active`` ones of
    ``topology``; of ``every`` node some are only planned."""
    if name in every:
        expected = f"a node of {topology} that is in service"
        return Problem("demands", None, "node is only planned", name, expected)
    remedy = did_you_mean(name, active) or LISTED_NODES
    return Problem("demands", None, "unknown node", name, f"a node of {topology}", remedy)


class PrivilegeError(NetkitError):
    """The operation needs a privilege that this process does not have."""


class LabError(NetkitError):
    """The emulated backbone could not be built, run or taken down."""


class ProbeError(NetkitError):
    """A measurement could not be made at all."""


class StoreError(NetkitError):
    """A database cannot be reached, written or read now; what is in it is as it was before."""


class ApplyError(NetkitError):
    """A router could not be changed; it is as it was before, unless the message says otherwise."""


class ReplayError(NetkitError):
    """Replaying a segment list through the IGP contradicts what the planner promised."""


class WireError(ValueError):
    """Bytes that are no packet of the kind asked for, or a value that no field can carry."""


class AuthenticationError(WireError):
    """A packet whose HMAC is not that of the key: damaged, forged, or of another key."""
