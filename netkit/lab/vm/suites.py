"""The Debian releases whose kernels a lab can run on, and what a guest needs of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netkit.errors import InputError


@dataclass(frozen=True, slots=True)
class Suite:
    """A release of Debian by its name, its number and the version of its Python."""

    name: str
    release: int
    python: str


SUITES: Mapping[str, Suite] = {
    suite.name: suite for suite in (Suite("trixie", 13, "3.13"), Suite("bookworm", 12, "3.11"))
}
"""The newest first: Debian 13 has Linux 6.12 and FRR 10.3, Debian 12 has Linux 6.1 and FRR 8.4."""

DEFAULT = "trixie"

PACKAGES = (
    "frr", "initramfs-tools", "iproute2", "iputils-ping", "kmod", "linux-image-cloud-amd64",
    "mininet", "net-tools", "nftables", "procps", "python3", "tshark",
)  # fmt: skip
"""What a guest has besides the essential packages: a kernel, and what the lab runs on."""


def suite_of(name: str) -> Suite:
    """The release of that name.

    Raises:
        InputError: there is no kernel of it here.
    """
    if name not in SUITES:
        raise InputError.single("Debian release", value=name, expected=", ".join(SUITES))
    return SUITES[name]
