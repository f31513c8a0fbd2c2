"""Where netkit keeps what it must remember between runs: journals and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

VARIABLE = "NETKIT_STATE"
_SYSTEM = Path("/var/lib/netkit")


def state_folder(environment: Mapping[str, str], *, root: bool, home: Path) -> Path:
    """``NETKIT_STATE`` if it is set; else the system's folder for root, and for all others that of
    the XDG Base Directory Specification (``XDG_STATE_HOME``, absolute, or ``~/.local/state``).

    >>> state_folder({}, root=True, home=Path("/root")).as_posix()
    '/var/lib/netkit'
    """
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE])
    if root:
        return _SYSTEM
    base = Path(environment.get("XDG_STATE_HOME", ""))
    return (base if base.is_absolute() else home / ".local" / "state") / "netkit"


def audit_path(folder: Path) -> Path:
    """The audit trail in a state folder."""
    return folder / "audit.jsonl"
