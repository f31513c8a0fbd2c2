"""The operations of one push, in their order, and what is done where one of them fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from netkit.apply.faults import HalfDoneError, SessionLostError
from netkit.apply.push.netconf.compared import differing, same
from netkit.apply.push.netconf.operations import WHOLE, Session
from netkit.errors import ApplyError
from netkit.interrupts import interrupts_held

Unlike = Callable[[str], Sequence[str]]
"""Of a configuration that a router holds: what is missing in it or otherwise, in words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ``<config>`` to be merged, the filter that reads it back, and what tells whether it is
    held; ``replacing`` is the same with what is netkit's by its name put in the place of what is
    there, for where merging is not enough."""

    config: str
    subtrees: str
    unlike: Unlike
    replacing: str | None = None


@dataclass(frozen=True, slots=True)
class PushedConfig:
    """What a router did not have yet, in words, and what it has besides and keeps."""

    router: str
    changes: tuple[str, ...]
    besides: tuple[str, ...]


def push(
    session: Session,
    wanted: Wanted,
    confirm_seconds: int,
    before: Callable[[], None],
    committed: Callable[[], object] = lambda: None,
) -> bool:
    """Merge it, and read it back before it is committed and before it is confirmed. Returns whether
    anything was to be done.

    ``before`` is called before the first change, ``committed``, which must not fail, once it
    stands: Ctrl-C then comes too late. The router takes it back by itself where this process, or
    the way to the router, is gone for ``confirm_seconds``.

    Raises:
        ApplyError: the router is as it was, or says by when it will be.
    """
    with _locked(session):
        with _untouched():
            held = session.running(wanted.subtrees)
            if not wanted.unlike(held):
                return False
            _require_nobody_elses(session)
        before()
        try:
            _edit(session, wanted)
            session.validate()
        except BaseException as error:
            with interrupts_held():
                _discard(session, error)
            raise
        _probation(session, wanted, held, confirm_seconds, committed)
    return True


def _require_nobody_elses(session: Session) -> None:
    """A server refuses the lock of a candidate with edits that nobody has committed (RFC 6241
    §7.5), but not every one does: they would be in force with ours."""
    edited = differing(session.running(WHOLE), session.candidate(WHOLE))
    if edited:
        raise ApplyError(
            "the candidate there holds what somebody else has edited and not committed:"
            f" {', '.join(edited)}; have it committed or discarded first"
        )


def _edit(session: Session, wanted: Wanted) -> None:
    """Have the candidate hold what is wanted. Merged, a list that gets shorter keeps its end, and
    would be another one for as long as the probation: such a candidate is never committed."""
    session.edit(wanted.config)
    wrong = wanted.unlike(session.candidate(wanted.subtrees))
    if wrong and wanted.replacing is not None:
        session.edit(wanted.replacing)
        wrong = wanted.unlike(session.candidate(wanted.subtrees))
    if wrong:
        raise ApplyError(f"accepted, and would not be there: {'; '.join(wrong)}; not committed")


def _discard(session: Session, error: BaseException) -> None:
    """Forget what was edited; where that fails too, ``error`` stays what is told, with a note."""
    try:
        session.discard()
    except SessionLostError:
        error.add_note(_LOST)
    except ApplyError as left:
        error.add_note(f"{left}: look whether the candidate there holds what was edited")


_LOST = (
    "the lock of the candidate, and what was edited in it, end with the session (RFC 6241 section"
    " 8.3.5), as soon as the router finds it gone"
)


def _probation(
    session: Session,
    wanted: Wanted,
    before: str,
    confirm_seconds: int,
    committed: Callable[[], object],
) -> None:
    began = last = False
    try:
        session.commit(confirm_seconds)
        began = True
        wrong = wanted.unlike(session.running(wanted.subtrees))
        if wrong:
            _refuse(wrong)
        with interrupts_held():
            last = True
            session.commit(None)
            committed()
    except BaseException as error:
        why = str(error) or "interrupted"
        told = ApplyError(f"{why}; taken back")
        with interrupts_held():
            left = _left(session, wanted, before, refused=not began and _is_refusal(error))
            if left is None:
                # The candidate holds it still, and would be committed by whoever comes next.
                _discard(session, told)
        if left is None:
            raise told from error
        raise _half_done(why, left, confirm_seconds, last=last) from error


def _half_done(why: str, left: str, confirm_seconds: int, *, last: bool) -> HalfDoneError:
    """What the router does without a word from here, and how to see what it has done."""
    itself = f"the router takes it back by itself within {confirm_seconds} s"
    unless = ", unless it has taken the last commit" if last else ""
    told = HalfDoneError(f"{why}; {left}{itself}{unless}")
    told.add_note(
        "then look: the same push with --dry-run says what it lacks"
        + (", and nothing if the change stands" if last else "")
    )
    return told


def _refuse(wrong: Sequence[str]) -> None:
    raise ApplyError(f"accepted, and not what is there: {'; '.join(wrong)}")


def _left(session: Session, wanted: Wanted, before: str, *, refused: bool) -> str | None:
    """None once it is taken back, or was never in force, as a commit that was ``refused``; else
    what stands ahead of what the router does by itself."""
    can_cancel = session.capabilities.can_cancel
    if not can_cancel and not refused:
        return ""
    try:
        kept = _refused(session.cancel) if can_cancel else None
        now = session.running(wanted.subtrees)
    except ApplyError as error:
        return f"not taken back ({error}): "
    if same(now, before):
        return None
    if not can_cancel:
        return ""
    return "taken back, and not as it was: " if kept is None else f"not taken back ({kept}): "


def _is_refusal(error: BaseException) -> bool:
    """Did the router say no, rather than nothing?"""
    return isinstance(error, ApplyError) and not isinstance(error, SessionLostError)


def _refused(call: Callable[[], None]) -> ApplyError | None:
    """Why a router refuses it; SessionLostError where it says nothing goes through."""
    try:
        call()
    except SessionLostError:
        raise
    except ApplyError as error:
        return error
    return None


@contextmanager
def _untouched() -> Iterator[None]:
    """What goes wrong here does so before anything was changed."""
    try:
        yield
    except ApplyError as error:
        error.add_note("nothing was changed there")
        if isinstance(error, SessionLostError):
            error.add_note(_LOST)
        raise


@contextmanager
def _locked(session: Session) -> Iterator[None]:
    """The candidate is ours; it is unlocked whatever comes."""
    with _untouched():
        session.lock()
    try:
        yield
    finally:
        # A session that is gone has no locks (RFC 6241 §7.5).
        with suppress(ApplyError):
            session.unlock()
