"""What a machine needs to run the lab, and what to do where it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

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


_NODE_REMEDY = (
    "in a chroot: mount -o bind its folder onto itself first, for / has to be a mount point; in a "
    "container: --privileged"
)

_ROOTS_FOLDERS = "/usr/sbin:/sbin"


def root_need() -> Need:
    """Namespaces, packet sockets and routes need root."""
    return Need("root", os.geteuid() == 0, f"effective user id {os.geteuid()}", "run it with sudo")


def command_needs() -> list[Need]:
    """The commands of :data:`PACKAGES`."""
    return [_command_need(name) for name in PACKAGES]


CAPABILITIES = {"CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13, "CAP_SYS_ADMIN": 21}
"""What namespaces, packet sockets and interfaces need, by its bit (linux/capability.h)."""


def capability_need(status: Path = Path("/proc/self/status")) -> Need:
    """Root in a container often has no more than its name."""
    words = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    held = int(words["CapEff"], 16)
    missing = [name for name, bit in CAPABILITIES.items() if not held >> bit & 1]
    detail = "all there" if not missing else f"without {', '.join(missing)}"
    remedy = f"start the container with --cap-add={','.join(missing)}, or --privileged"
    return Need("capabilities", not missing, detail, remedy)


def pty_need() -> Need:
    """Every node has a shell on a pseudo-terminal."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError as error:
        remedy = "mount -t devpts devpts /dev/pts; sysctl kernel.pty.max=4096"
        return Need("pseudo-terminals", False, error.strerror or str(error), remedy)
    return Need("pseudo-terminals", True, "one opened")


def node_need() -> Need:
    """Every node has namespaces of its own from ``mnexec``, which ends in silence where it cannot:
    Mininet would wait without end for the shell that it was to start."""
    command = ["mnexec", "-n", "true"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        return Need("namespaces of nodes", False, error.strerror or str(error), _NODE_REMEDY)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        return Need("namespaces of nodes", False, f"{' '.join(command)}: {said}", _NODE_REMEDY)
    return Need("namespaces of nodes", True, "made for one")


def _command_need(name: str) -> Need:
    path = shutil.which(name)
    if path is not None:
        return Need(name, True, path)
    hidden = shutil.which(name, path=_ROOTS_FOLDERS)
    if hidden is not None:
        folder = str(Path(hidden).parent)
        return Need(name, False, f"{folder} is not in PATH", f"PATH=$PATH:{folder}")
    return Need(name, False, "not found", f"apt-get install {PACKAGES[name]}")


def require_lab() -> None:
    """Refuse before anything is made.

    Raises:
        PrivilegeError: not root.
        LabError: commands are missing; all of them, with the packages that bring them. Or nodes
            cannot have namespaces of their own here.
    """
    require_root()
    missing = [need for need in command_needs() if not need.present]
    if missing:
        names = ", ".join(need.name for need in missing)
        remedies = "; ".join(dict.fromkeys(need.remedy or "" for need in missing))
        raise LabError(f"the lab needs {names}: {remedies}")
    node = node_need()
    if not node.present:
        raise LabError(f"the lab cannot make nodes: {node.detail}; {node.remedy}")


def require_root() -> None:
    """Raises PrivilegeError for anyone else."""
    if not root_need().present:
        raise PrivilegeError("the lab makes network namespaces and needs root: run it with sudo")
