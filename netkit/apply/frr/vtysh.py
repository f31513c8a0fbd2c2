"""``vtysh`` of the FRR that is installed: its version, its running configuration, what zebra shows,
and commands of ``configure terminal``."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any

from netkit.emit.frr.grammar import GRAMMARS, Grammar, grammar_of
from netkit.errors import ApplyError, InputError

_VERSION = re.compile(r"^FRRouting (\S+)", re.MULTILINE)
_PATIENCE_S = 60.0


class Vtysh:
    """Speaks to FRR by ``command``: ``vtysh``, or the words that run it elsewhere, as in a
    container."""

    def __init__(self, command: Sequence[str] = ("vtysh",)) -> None:
        self._command = tuple(command)

    def grammar(self) -> Grammar:
        """Of the version that runs. Raises InputError for one that netkit does not know."""
        shown = self.run(["show version"])
        found = _VERSION.search(shown)
        version = None if found is None else found[1]
        known = None if version is None else grammar_of(version)
        if known is None:
            raise InputError.single(
                "no static SIDs and segments in this FRR", value=version,
                expected=f"{GRAMMARS[0]} or later",
            )  # fmt: skip
        return known

    def running(self) -> str:
        """What ``show running-config`` prints."""
        return self.run(["show running-config"])

    def shown(self, command: str) -> dict[str, Any]:
        """What a command with ``json`` shows; nothing where FRR has nothing to show."""
        said = self.run([command])
        try:
            found = json.loads(said or "{}")
        except ValueError:
            raise ApplyError(f"vtysh -c {command!r} shows no JSON: {said[:200]}") from None
        return found if isinstance(found, dict) else {}

    def configure(self, commands: Iterable[str]) -> None:
        """Give commands one after the other; raises ApplyError for the first that is refused."""
        self.run(["configure terminal", *commands])

    def run(self, commands: Sequence[str]) -> str:
        """What commands print. Raises ApplyError with FRR's own words."""
        words = [word for command in commands for word in ("-c", command)]
        try:
            done = subprocess.run(
                [*self._command, *words], capture_output=True, check=False, timeout=_PATIENCE_S,
                encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL, process_group=0,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ApplyError(f"{' '.join(self._command)}: {error}") from error
        # What a daemon refuses, vtysh prints, and may end well all the same.
        refused = [line for line in done.stdout.splitlines() if line.startswith("%")]
        if done.returncode or refused:
            said = " ".join((*refused, done.stderr.strip())) or f"exit code {done.returncode}"
            raise ApplyError(f"vtysh: {commands[-1]}: {said}")
        return done.stdout
