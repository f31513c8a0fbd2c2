"""Where a NETCONF server is, and who comes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TIMEOUT_SECONDS = 60
"""How long a router may take for an answer, unless said otherwise: commits of large ones do."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where to, and as whom. Keys are those of the agent and of ``~/.ssh``, or the file ``key``;
    the server's is looked for in ``~/.ssh/known_hosts``, or as ``ssh_config`` says."""

    user: str
    host: str
    port: int
    key: Path | None = None
    ssh_config: Path | None = None
    timeout_seconds: float = TIMEOUT_SECONDS
