"""Who is to answer base packets. Nothing else is imported here, as the command line needs it."""

from __future__ import annotations

from enum import StrEnum


class KernelMode(StrEnum):
    """``auto``: at TCX if it can be had; ``tcx``, ``xdp``: there or not at all; ``off``: Python."""

    AUTO = "auto"
    TCX = "tcx"
    XDP = "xdp"
    OFF = "off"
