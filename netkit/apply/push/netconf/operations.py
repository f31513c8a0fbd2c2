"""What a push asks of a NETCONF session."""

from __future__ import annotations

from typing import Protocol

from netkit.apply.push.netconf.capabilities import Capabilities

WHOLE = ""
"""In the place of subtrees: all of a configuration."""


class Session(Protocol):
    """A NETCONF session; all but ``capabilities`` raise ApplyError with what the router says, and
    SessionLostError where it says nothing."""

    @property
    def capabilities(self) -> Capabilities:
        """What the server said it can do."""
        ...

    def lock(self) -> None:
        """Keep all others from the candidate."""
        ...

    def unlock(self) -> None:
        """Let them again."""
        ...

    def running(self, subtrees: str) -> str:
        """What the router runs of these subtrees, or :data:`WHOLE`: its ``<data>``."""
        ...

    def candidate(self, subtrees: str) -> str:
        """What it would run of them, were the candidate committed."""
        ...

    def edit(self, config: str) -> None:
        """Merge a ``<config>`` into the candidate."""
        ...

    def validate(self) -> None:
        """Have the candidate checked whole."""
        ...

    def commit(self, confirm_seconds: int | None) -> None:
        """Put the candidate in force: for so many seconds unless another commit follows, or for
        good."""
        ...

    def cancel(self) -> None:
        """Take back a commit on probation."""
        ...

    def discard(self) -> None:
        """Make the candidate what is running."""
        ...
