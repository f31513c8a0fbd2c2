"""By which lines the IS-IS database of each network operating system is known."""

from __future__ import annotations

import re

IOSXR = re.compile(r"(?s:.*?)^[ \t]*IS-IS \S+ \(Level-[12]\) Link State Database", re.MULTILINE)
JUNOS = re.compile(r"(?s:.*?)^[ \t]*IS-IS level [12] link-state database:", re.MULTILINE)
VRP = re.compile(r"(?s:.*?)^[ \t]*Database [Ii]nformation for ISIS\(\d", re.MULTILINE)

_OTHERS = {
    "IOS or IOS XE": re.compile(r"^[ \t]*IS-IS Level-[12] Link State Database", re.MULTILINE),
    "Comware": re.compile(r"^[ \t]*Database [Ii]nformation for IS-IS\(", re.MULTILINE),
    "SR OS": re.compile(r"^(?:Router|Rtr) Base ISIS Instance [0-9]+ Database", re.MULTILINE),
    "EOS": re.compile(r"^[ \t]*IS-IS Instance: \S+ VRF: ", re.MULTILINE),
}
"""Databases whose text looks alike and is another: of each the line that it begins with."""


def other_system(text: str) -> str | None:
    """The network operating system whose IS-IS database a text is, if netkit reads none of it."""
    return next((name for name, pattern in _OTHERS.items() if pattern.search(text)), None)
