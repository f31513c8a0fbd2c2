"""What the audit trail is told of one change of a router: that it begins, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from netkit.apply.faults import HalfDoneError, InForceError, InForceInterrupt
from netkit.errors import ApplyError, NetkitError
from netkit.interrupts import interrupts_held
from netkit.workflows.routers.audit import record


class Story:
    """One change of the ``router``, an ``action`` with its ``facts``; ``ended`` are facts that only
    its end knows. Nothing is told where nothing was to be changed."""

    def __init__(
        self,
        state: Path,
        action: str,
        facts: Mapping[str, object],
        ended: Callable[[], Mapping[str, object]] = dict,
    ) -> None:
        self._state, self._action, self._facts, self._ended = state, action, facts, ended
        self._router = str(facts["router"])
        self._begun = self._in_force = False
        self._unrecorded: Exception | None = None

    def begin(self, changes: Iterable[object]) -> None:
        """Before the first change; if this cannot be written, nothing is changed."""
        try:
            self._record(self._action, "begun", changes=list(changes))
        except OSError as error:
            told = ApplyError(f"not in the audit trail: {error}")
            told.add_note(f"{self._router} is as it was: what is not recorded is not changed")
            raise told from error
        self._begun = True

    def stands(self) -> None:
        """From here on nothing is taken back any more: what goes wrong now is told by
        :meth:`told`, and does not come out of here."""
        self._in_force = True
        self._unrecorded = self._recorded(self._action, "committed")

    @contextmanager
    def told(self) -> Iterator[None]:
        """Within this the change is made, and taken back by what comes out of it.

        Raises:
            InForceError: something went wrong after the change stood.
            InForceInterrupt: Ctrl-C came after it.
        """
        try:
            yield
        except BaseException as error:
            self._in_vain(error)
            raise
        if self._unrecorded is not None:
            raise InForceError(self._router, f"not in the audit trail: {self._unrecorded}")

    def _in_vain(self, error: BaseException) -> None:
        if self._in_force:
            if isinstance(error, KeyboardInterrupt):
                raise InForceInterrupt(self._router) from None
            raise InForceError(self._router, str(error) or type(error).__name__) from error
        whole = not isinstance(error, HalfDoneError)
        if self._begun:
            why = str(error) or "interrupted"
            lost = self._recorded("rollback", "done" if whole else "failed", why=why)
            if lost is not None:
                error.add_note(f"this is not in the audit trail: {lost}")
        if whole and (self._begun or isinstance(error, KeyboardInterrupt)):
            error.add_note(f"{self._router} is as it was")

    def _recorded(self, action: str, outcome: str, **more: object) -> Exception | None:
        """Write it down whatever comes; what was in the way."""
        try:
            with interrupts_held():
                self._record(action, outcome, **more, **self._ended())
        except (OSError, NetkitError) as error:
            return error
        return None

    def _record(self, action: str, outcome: str, **more: object) -> None:
        facts = {**self._facts, **more}
        record(self._state, action, facts, now=datetime.now(UTC), outcome=outcome)
