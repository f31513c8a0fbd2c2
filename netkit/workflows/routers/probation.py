"""A change of a router that is made, and stands only once somebody says so.

It is a transaction of :mod:`netkit.apply` that waits before its last step, in a thread that has the
router's lock: nobody else changes the router meanwhile. If this process is killed, the journal has
no commit, and ``netkit apply --recover`` takes the change back.
"""

from __future__ import annotations

import threading
from pathlib import Path

from netkit.errors import ApplyError
from netkit.workflows.routers.apply import Wanted, apply


class Probation:
    """Begins with the change, and raises what :func:`~.apply.apply` raises where it cannot be made;
    everything is then as it was. A router that holds what is wanted is left alone.

    :meth:`keep` and :meth:`undo` end it, once.
    """

    def __init__(self, wanted: Wanted, state: Path, netns: str | None) -> None:
        self._asked = wanted, state, netns
        self._reached, self._decided = threading.Event(), threading.Event()
        self._stands = False
        self._error: BaseException | None = None
        name = f"probation of {wanted.router}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        self._reached.wait()
        error = self._failure()
        if error is not None:
            self._thread.join()
            raise error

    def keep(self) -> None:
        """The change stands."""
        self._stands = True
        self._end()

    def undo(self) -> None:
        """What was there before is back; raises ApplyError where something could not be put back,
        and ``netkit apply --recover`` tries again."""
        self._end()

    def _end(self) -> None:
        self._decided.set()
        self._thread.join()
        if self._error is not None and not isinstance(self._error, _TakenBackError):
            raise self._error

    def _failure(self) -> BaseException | None:
        return self._error

    def _run(self) -> None:
        wanted, state, netns = self._asked
        try:
            apply(wanted, state, netns, stands=self._wait)
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self._error = error
        self._reached.set()

    def _wait(self) -> None:
        self._reached.set()
        self._decided.wait()
        if not self._stands:
            raise _TakenBackError("it was not confirmed")


class _TakenBackError(ApplyError):
    """As it was meant to be."""
