"""What a machine needs to run the lab, and what to do where it is missing."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from netkit.errors import LabError, PrivilegeError


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the lab needs: is it there, and if not, what helps."""

    name: str
    present: bool
    detail: str
    remedy: str | None = None


PACKAGES = {"mnexec": "mininet", "ip": "iproute2", "bridge": "iproute2", "tc": "iproute2",
            "nft": "nftables", "ifconfig": "net-tools"}  # fmt: skip
"""The commands that the lab runs, and the Debian packages that bring them."""


def root_need() -> Need:
    """Namespaces, packet sockets and routes need root."""
    return Need("root", os.geteuid() == 0, f"effective user id {os.geteuid()}", "run it with sudo")


def command_needs() -> list[Need]:
    """The commands of :data:`PACKAGES`, wherever root would find them."""
    found = {name: shutil.which(name, path=_search_path()) for name in PACKAGES}
    return [
        Need(name, path is not None, path or "not found", f"apt-get install {PACKAGES[name]}")
        for name, path in found.items()
    ]


def require_lab() -> None:
    """Refuse before anything is made.

    Raises:
        PrivilegeError: not root.
        LabError: commands are missing; all of them, with the packages that bring them.
    """
    require_root()
    missing = [need for need in command_needs() if not need.present]
    if missing:
        packages = " ".join(sorted({PACKAGES[need.name] for need in missing}))
        names = ", ".join(need.name for need in missing)
        raise LabError(f"the lab needs {names}: apt-get install {packages}")


def require_root() -> None:
    """Raises PrivilegeError for anyone else."""
    if not root_need().present:
        raise PrivilegeError("the lab makes network namespaces and needs root: run it with sudo")


def _search_path() -> str:
    return os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
