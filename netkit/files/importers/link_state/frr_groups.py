"""Admin groups and definitions of Flexible Algorithms in the text of FRR, which take lines of their
own: ``admin_group_string`` of ``lib/admin_group.c``, ``format_tlv_router_cap``."""

from __future__ import annotations

import re
from typing import Any

from netkit.files.importers.link_state.values import digits

Object = dict[str, Any]

MORE_MASKS = re.compile(r"0x[0-9a-f]{8}(?: [0-9a-f]{8})*")
"""A further line of an admin group."""

_NOT_SET = "not-set"
_NUMBERS = {"Metric-Type": "metrictype", "Calc-Type": "calctype", "Priority": "priority"}
_GROUPS = {
    "Ext Admin Group": "extendedadmingroup", "Exclude-Any": "excludeany",
    "Include-Any": "includeany", "Include-All": "includeall",
}  # fmt: skip
_UNREAD = {
    "Flags": "flags", "Exclude SRLG": "shared risks to exclude",
    "Got an unsupported sub-TLV": "rules that FRR does not know",
}  # fmt: skip
"""What a definition says that cannot be told in full. The M flag matters between areas only."""


class GroupLines:
    """Words of 32 bits, the highest first, four on a line."""

    def __init__(self) -> None:
        self._part: Object = {}
        self._key = ""
        self._words: list[str] = []

    def take(self, part: Object, word: str, rest: str) -> bool:
        """Whether it is a line of a group or of a definition; then it is in ``part``."""
        if word in _GROUPS:
            self._part, self._key, self._words = part, _GROUPS[word], []
            if rest != _NOT_SET:
                self.more(rest)
        elif "algorithm" in part and word in _NUMBERS:
            part[_NUMBERS[word]] = digits(rest)
        elif "algorithm" in part and word in _UNREAD:
            part.setdefault("unread", []).append(_UNREAD[word])
        else:
            return False
        return True

    def more(self, text: str) -> None:
        """Words on the first line of a group, or on a further one."""
        self._words += text.replace("0x", "").split()
        words = enumerate(reversed(self._words))
        self._part[self._key] = {str(place): f"0x{mask}" for place, mask in words}
