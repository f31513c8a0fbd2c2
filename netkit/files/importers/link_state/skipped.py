"""Things that a file says and netkit does not use: each kind is named and counted."""

from __future__ import annotations

from collections import Counter

from netkit.files.reading.findings import Findings


class Skipped(Counter[str]):
    """How often each kind was met, by its name."""

    def note(self, findings: Findings) -> None:
        """One note for all kinds."""
        if self:
            kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(self.items()))
            findings.note(None, "read and not used", kinds)
