"""What a change of a router ends with where all is not well: what stands then, is said."""

from __future__ import annotations

from netkit.errors import ApplyError, ExitCode


class HalfDoneError(ApplyError):
    """A router is neither as it was nor as it should be: what could not be put back is named."""


class SessionLostError(ApplyError):
    """A router did not answer, or the way to it is gone: whether it did what it was asked, nobody
    knows."""


class TierError(ApplyError):
    """A router was changed, measured, and is as it was: a tier was not kept, or nobody knows."""

    def __init__(self, text: str, exit_code: ExitCode) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class InForceError(ApplyError):
    """A router was changed as it was asked, and stays so; what went wrong came after that."""

    exit_code = ExitCode.DEGRADED

    def __init__(self, router: str, why: str) -> None:
        super().__init__(f"{router}: the change is in force, and stays; {why}")


class InForceInterrupt(KeyboardInterrupt):
    """Ctrl-C came after the change of a router stood: too late."""

    def __init__(self, router: str) -> None:
        super().__init__(f"{router}: the change is in force, and stays")
