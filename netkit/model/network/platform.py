"""What a router runs, as a topology states it: ``huawei/8.22`` is a platform and its version."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLATFORMS = ("frr", "huawei", "ietf", "iosxr", "junos", "linux", "sonic", "sros")
"""All that netkit has a word for: systems, and ``ietf`` for any that is managed by the models of
the IETF. Which of them it can write for, :mod:`netkit.emit.targets` knows."""

VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.()_+-]{0,31}")
VERSION_WORDS = "1 to 32 letters, digits and . ( ) _ + -"


@dataclass(frozen=True, slots=True)
class Platform:
    """One of :data:`PLATFORMS`, and the ``version`` that limits go by; None where not stated."""

    name: str
    version: str | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}/{self.version}"
