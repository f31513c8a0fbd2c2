"""Things that are left out for one reason, told in one line."""

from __future__ import annotations

from collections import defaultdict

from netkit.emit.dialect import LeftOut


class Reasons:
    """Collects what is left out; things of one kind with one reason are one line, in order."""

    def __init__(self) -> None:
        self._found = defaultdict[tuple[str, str], list[str]](list)

    def add(self, kind: str, which: object, why: str) -> None:
        """Note that ``which``, of a ``kind``, is left out, and why."""
        self._found[kind, why].append(str(which))

    def all(self) -> tuple[LeftOut, ...]:
        """One entry for each kind and reason, in the order in which they came first."""
        return tuple(
            LeftOut(f"{kind} {', '.join(which)}", why) for (kind, why), which in self._found.items()
        )
