"""An entry of the audit trail as a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netkit.errors import counted, printable


def entry_line(number: int, entry: Mapping[str, Any]) -> str:
    """Number, time, who, what, to which router, how it ended: one line, whatever an altered trail
    has in these places."""
    who = entry.get("for") or entry.get("who")
    words = [f"{number:5}", entry.get("time"), who, entry.get("action"), entry.get("router")]
    changes = entry.get("changes")
    if isinstance(changes, list):
        words.append(counted(len(changes), "change"))
    words += [entry.get("outcome"), entry.get("why")]
    return "  ".join(printable(" ".join(str(word).splitlines())) for word in words if word)
