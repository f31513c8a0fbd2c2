"""What an apply ends with where the new state does not stand."""

from __future__ import annotations

from netkit.errors import ApplyError, ExitCode


class HalfDoneError(ApplyError):
    """A router is neither as it was nor as it should be: what could not be put back is named."""


class TierError(ApplyError):
    """A router was changed, measured, and is as it was: a tier was not kept, or nobody knows."""

    def __init__(self, text: str, exit_code: ExitCode) -> None:
        super().__init__(text)
        self.exit_code = exit_code
