"""Which FRR a lab runs: the installed one, or a Debian release's own, in a root tree made once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netkit.errors import InputError, LabError
from netkit.user_cache import user_cache

ROOT_TREE = Path(__file__).with_name("root-tree")
"""The program that makes root trees and runs commands in them."""

DAEMONS = Path("usr/lib/frr")
INSTALLED = "installed"

SUITES: Mapping[str, str] = {"8.4": "bookworm", "10.3": "trixie"}
"""The Debian releases that bring these versions of FRR."""

_MAKE_S = 900
_SRV6_SINCE = (10, 3)
_MGMTD_SINCE = (10, 0)
_LOSS_SINCE = (10, 3)
"""8.4 advertises another loss than is set (``isis_te.c``), 10.3 does not; between them nobody has
looked."""

_JSON_SINCE = (10, 1)
"""Before it the JSON of a database holds its last LSP alone."""


@dataclass(frozen=True, slots=True)
class FrrRelease:
    """An FRR that can be run: the root that it lies in, and its version."""

    root: Path
    version: str

    @property
    def number(self) -> tuple[int, int]:
        """Such as (10, 3)."""
        found = re.match(r"(\d+)\.(\d+)", self.version)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    @property
    def daemons(self) -> tuple[str, ...]:
        """What runs in every router, in the order of their start."""
        first = ("mgmtd",) if self.number >= _MGMTD_SINCE else ()
        return (*first, "zebra", "isisd")

    @property
    def srv6(self) -> bool:
        """Whether its IS-IS has SRv6 (RFC 9352)."""
        return self.number >= _SRV6_SINCE

    @property
    def loss(self) -> bool:
        """Whether it advertises the loss of a link as it is set."""
        return self.number >= _LOSS_SINCE

    @property
    def database_json(self) -> bool:
        """Whether it prints a database whole as JSON."""
        return self.number >= _JSON_SINCE

    def command(self, *words: str) -> list[str]:
        """How to run a command with this root, in namespaces that end with it."""
        place = ["stay"] if self.root == Path("/") else ["enter", str(self.root)]
        return root_tree(*place, *words)


def root_tree(*words: str) -> list[str]:
    """How to run the program of that name."""
    return ["sh", str(ROOT_TREE), *words]


def cached_trees() -> Path:
    """Where root trees are kept between labs: ``$NETKIT_ROOTS``, or the user's cache folder."""
    said = os.environ.get("NETKIT_ROOTS")
    return Path(said) if said else user_cache() / "roots"


def release_of(wanted: str = INSTALLED, trees: Path | None = None) -> FrrRelease:
    """The FRR of a version (``8.4``, ``10.3``), or the ``installed`` one. A root tree is made if it
    is not there yet, which takes a minute and the packages of Debian.

    Raises:
        InputError: no such version.
        LabError: none is installed, or the tree cannot be made.
    """
    if wanted == INSTALLED:
        return _found(Path("/"), "apt-get install frr, or choose FRR 10.3")
    if wanted not in SUITES:
        expected = ", ".join((INSTALLED, *SUITES))
        raise InputError.single("FRR", value=wanted, expected=expected)
    tree = tree_of(SUITES[wanted], cached_trees() if trees is None else trees)
    return _found(tree, f"remove {tree} so that it is made anew")


def tree_of(suite: str, trees: Path) -> Path:
    """The root tree of a Debian release, or ``netconf``, made where it is not there yet.

    Raises:
        LabError: it cannot be made; with what mmdebstrap says.
    """
    tree = trees / suite
    if shutil.which("mmdebstrap") is None and not (tree / ".complete").exists():
        raise LabError(f"a root tree of {suite} needs mmdebstrap: apt-get install mmdebstrap")
    done = subprocess.run(
        root_tree(suite, str(tree)), capture_output=True, text=True, check=False, timeout=_MAKE_S
    )
    if done.returncode != 0:
        raise LabError(f"{tree}: {done.stderr.strip() or 'mmdebstrap failed'}")
    return tree


def _found(root: Path, remedy: str) -> FrrRelease:
    """What ``isisd --version`` says: ``isisd version 8.4.4``."""
    isisd = root / DAEMONS / "isisd"
    if not isisd.exists():
        raise LabError(f"no FRR in {root}: {remedy}")
    command = [str(isisd), "--version"]
    if root != Path("/"):
        command = root_tree("enter", str(root), f"/{DAEMONS}/isisd", "--version")
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    words = said.stdout.split()
    if said.returncode != 0 or len(words) < 3:
        raise LabError(f"{isisd} does not say its version: {said.stderr.strip()}")
    return FrrRelease(root, words[2])
