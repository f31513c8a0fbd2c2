"""What to announce and to withdraw, and that it is there afterwards; else all is as it was.

Of a router's candidate paths in the table of a BGP speaker, netkit alters those alone that are on
record as announced by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from netkit.apply.faults import HalfDoneError, SessionLostError
from netkit.errors import ApplyError, InputError, Problem, counted
from netkit.interrupts import interrupts_held
from netkit.wire.bgp_sr_policy.values import Announcement, Nlri

Table = Mapping[Nlri, Announcement | None]
"""What was injected into a speaker; None what cannot be read."""

_MOST_NAMED = 10


class Speaker(Protocol):
    """A BGP speaker that takes announcements. All three raise ApplyError, and SessionLostError
    where it does not answer."""

    def table(self) -> Table:
        """The SR Policies that were injected into it, whoever did."""
        ...

    def announce(self, announcement: Announcement) -> None:
        """Inject one, in the place of one of the same name."""
        ...

    def withdraw(self, nlri: Nlri) -> None:
        """Take one away."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """``announce`` and then ``withdraw``: made before broken. ``before`` is what stood there."""

    announce: tuple[Announcement, ...]
    withdraw: tuple[Nlri, ...]
    before: Table

    @property
    def empty(self) -> bool:
        """Whether nothing is to be done."""
        return not self.announce and not self.withdraw


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was done for ``router``, and how many candidate paths are wanted of it."""

    router: str
    plan: Plan
    held: int


def planned(wanted: Iterable[Announcement], table: Table, own: frozenset[Nlri]) -> Plan:
    """What leads from ``table`` to what is ``wanted``; ``own`` is what is on record as netkit's.

    Raises InputError for every name that is taken by what is not netkit's.
    """
    named = {one.nlri: one for one in wanted}
    changed = [one for name, one in named.items() if table.get(name) != one or name not in table]
    foreign = [one.nlri for one in changed if one.nlri in table and one.nlri not in own]
    if foreign:
        raise InputError(_foreign(name) for name in foreign)
    gone = sorted(name for name in own if name in table and name not in named)
    touched = [*(one.nlri for one in changed), *gone]
    before = {name: table[name] for name in touched if name in table}
    return Plan(tuple(changed), tuple(gone), before)


def push(
    speaker: Speaker,
    plan: Plan,
    before: Callable[[], object] = lambda: None,
    committed: Callable[[], object] = lambda: None,
) -> None:
    """Do it and read it back. ``before`` is called ahead of the first announcement, ``committed``,
    which must not fail, once all of it stands.

    Ctrl-C has everything put back, and a second one does not break that off.

    Raises:
        ApplyError: after everything has been put back as it was.
        HalfDoneError: what could not be put back, the message names.
    """
    before()
    try:
        _make(speaker, plan.announce, plan.withdraw)
        with interrupts_held() as let_in:
            _require_there(plan, speaker.table())
            let_in()
            committed()
    except BaseException as error:
        with interrupts_held():
            left = _undone(speaker, plan)
        if left:
            why = str(error) or "interrupted"
            raise _half_done(why, left) from error
        raise


def _require_there(plan: Plan, table: Table) -> None:
    wrong = _unlike(plan, table)
    if wrong:
        raise ApplyError(f"accepted, and not what is there: {'; '.join(wrong)}")


def _make(speaker: Speaker, announce: Iterable[Announcement], withdraw: Iterable[Nlri]) -> None:
    for one in announce:
        speaker.announce(one)
    for name in withdraw:
        speaker.withdraw(name)


def _unlike(plan: Plan, table: Table) -> list[str]:
    missing = [f"{_words(one.nlri)} is missing" for one in plan.announce if one.nlri not in table]
    other = [
        f"{_words(one.nlri)} is held otherwise"
        for one in plan.announce
        if one.nlri in table and table[one.nlri] != one
    ]
    return missing + other + [f"{_words(one)} stayed" for one in plan.withdraw if one in table]


def _undone(speaker: Speaker, plan: Plan) -> list[str]:
    """Put everything back, in reverse; what that failed for. Of a speaker that no longer answers
    nobody waits for one answer after the other."""
    left, answers = [], True
    for name in (*plan.withdraw, *(one.nlri for one in plan.announce)):
        try:
            whole = answers and _put_back(speaker, name, plan.before)
        except SessionLostError:
            whole = answers = False
        except ApplyError:
            whole = False
        if not whole:
            left.append(_words(name))
    return left


def _put_back(speaker: Speaker, name: Nlri, before: Table) -> bool:
    if name not in before:
        speaker.withdraw(name)
        return True
    old = before[name]
    if old is not None:
        speaker.announce(old)
    return old is not None


def _half_done(why: str, left: list[str]) -> HalfDoneError:
    more = len(left) - _MOST_NAMED
    beyond = f" and {counted(more, 'more policy')}" if more > 0 else ""
    told = HalfDoneError(f"{why}; not put back as it was: {', '.join(left[:_MOST_NAMED])}{beyond}")
    told.add_note(
        "they are on record as netkit's: once it answers, the same push with --dry-run says what"
        " it lacks, and without makes it whole"
    )
    return told


def _words(name: Nlri) -> str:
    return f"color {name.color} to {name.endpoint} (distinguisher {name.distinguisher})"


def _foreign(name: Nlri) -> Problem:
    return Problem(
        None, None, "an SR Policy is there that netkit did not announce from here", _words(name),
        remedy="Withdraw it where it comes from, or push from where it was pushed",
    )  # fmt: skip
