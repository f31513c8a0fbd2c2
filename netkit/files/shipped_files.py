"""Where the drills, campaigns and topologies are that come with netkit."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def shipped(folder: str) -> Path:
    """The folder of that name, ``drills``, ``probes`` or ``topologies``: in the package where it
    was installed from a wheel, else at the top of the source tree."""
    inside = _PACKAGE / "shipped" / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder
