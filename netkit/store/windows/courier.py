"""Delivery by a thread of its own: a database that hangs, or a network that swallows what it is
given, is waited for no longer than the caller wants, and may end with the process at any moment."""

from __future__ import annotations

import threading

from netkit.errors import NetkitError
from netkit.store.windows import spool
from netkit.store.windows.store import WindowStore


class Courier:
    """Delivers from ``local`` to ``central``, one delivery at a time.

    ``failed`` is why the last one that ended did so before all was there, None if it did not.
    """

    def __init__(self, local: WindowStore, central: str) -> None:
        self._local, self._central = local, central
        self._thread: threading.Thread | None = None
        self.failed: str | None = None

    @property
    def busy(self) -> bool:
        """Whether a delivery goes on."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin a delivery; to be called while there is none."""
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()

    def wait(self, patience_s: float | None = None) -> bool:
        """Until the delivery has ended, or for so long; whether it has."""
        if self._thread is not None:
            self._thread.join(patience_s)
        return not self.busy

    def _run(self) -> None:
        try:
            spool.deliver(self._local, self._central)
            self.failed = None
        except NetkitError as error:
            self.failed = str(error)
        except Exception as error:  # noqa: BLE001 - nobody else would tell why nothing arrives
            self.failed = f"{type(error).__name__}: {error}"
