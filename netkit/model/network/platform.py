"""What a router runs, as a topology states it: ``huawei/8.22`` is a platform and its version."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLATFORMS = ("frr", "huawei", "ietf", "iosxr", "junos", "linux", "sonic", "sros")
"""All that netkit has a word for: systems, and ``ietf`` for any that is managed by the models of
the IETF. Which of them it can write for, :mod:`netkit.emit.targets` knows."""

VERSION = re.compile(r"(V[0-9]+R)?[0-9][0-9A-Za-z.()_+-]{0,31}")
"""A number, as all of them begin with; Huawei's product versions have letters before it."""

KNOWN_VERSIONS = {
    "frr": ("10.3", "10.4", "10.5"),
    "huawei": ("8.22",),
    "iosxr": ("24.4.2", "25.4.1", "26.1.1", "26.2.1"),
    "junos": ("24.4",),
    "linux": ("6.1", "6.3", "6.6"),
    "sros": ("24.10",),
}
"""The versions whose limits and words are known, the oldest first: each holds up to the next. Of
other platforms no version differs."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One of :data:`PLATFORMS`, and the ``version`` that limits go by; None where not stated."""

    name: str
    version: str | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}/{self.version}"
