"""What each target of ``netkit emit`` is: a dialect that renders the state of a router and reads it
back.

A dialect first says what of a state it can carry, and what it leaves out and why; what it renders
of that, it reads back equal: ``parse(render(carried.state)) == carried.state``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Protocol, runtime_checkable

from netkit.emit.limits import Exceeded
from netkit.model.router_state import RouterState


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A thing of the state that a dialect does not say: ``what`` (a policy, a field of it), and
    ``why``, for the comment in the file and the line of the command."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Carried:
    """``state`` as a dialect can say it, and what of the state asked for is not in it."""

    state: RouterState
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreign:
    """A statement that a parser keeps, but does not know: ``line`` of its file, and its text."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says: the state, and the statements in it that are not netkit's to judge."""

    state: RouterState
    foreign: tuple[Foreign, ...] = ()


class Dialect(Protocol):
    """A target: the grammar of a platform, in one or more files of a router.

    ``suffixes`` are the ends of their names, as ``.cli`` and ``.xml``; ``whole`` says that each
    file by itself carries the state; otherwise all of them together do.
    """

    name: str
    suffixes: tuple[str, ...]
    whole: bool

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """What of ``state`` the platform in that version does not take: nothing is written then.

        Without a version, the limits are those of the oldest that the room of the platform names.
        """
        ...

    def carried(self, state: RouterState) -> Carried:
        """What of ``state`` the dialect can say, its names inside the platform's lengths."""
        ...

    def render(self, carried: Carried) -> Mapping[str, str]:
        """The files, by suffix; what is left out stands in them as comments, where they have any.

        The same state gives the same bytes.
        """
        ...

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """Read files back, by suffix, of the router so named.

        Raises:
            InputError: with the line, where a file is not of this dialect or a statement that is
                netkit's to know cannot be understood.
        """
        ...


@runtime_checkable
class InParts(Protocol):
    """A dialect whose files by themselves say less than all of them together."""

    def part(self, carried: Carried, suffix: str) -> Carried:
        """What the file of that suffix alone says of ``carried``."""
        ...


@dataclass(frozen=True, slots=True)
class Unmade:
    """Why no configuration of a platform makes a SID, and what of its kind it makes: ``fits``."""

    why: str
    fits: str


@runtime_checkable
class NamesUnmade(Protocol):
    """A dialect of a platform that gives out some SIDs by itself, whatever a plan says."""

    def unmade(self, state: RouterState) -> Mapping[IPv6Address, Unmade]:
        """The SIDs of ``state`` that cannot be configured: a list over one does not arrive."""
        ...
