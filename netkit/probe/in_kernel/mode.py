"""Who is to answer base packets. Nothing else is imported here, as the command line needs it."""

from __future__ import annotations

from enum import StrEnum


class KernelMode(StrEnum):
    """``auto``: in the kernel if it can be had; ``tcx``: or not at all; ``off``: in Python."""

    AUTO = "auto"
    TCX = "tcx"
    OFF = "off"
