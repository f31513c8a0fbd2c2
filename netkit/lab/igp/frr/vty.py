"""Talking to a daemon of FRR as ``vtysh`` does, without its start of half a second.

A command goes out with a NUL behind it; what it prints comes back, ended by three NULs and the
command's result (``vtysh_client_run`` in ``vtysh/vtysh.c``, ``vtysh_read`` in ``lib/vty.c``).
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from netkit.errors import LabError

ANSWER_S = 300.0
_POLL_S = 0.05
_LOCKED = "could not lock"
"""What mgmtd prints while it still takes the files of its start, or those of another daemon."""

_END = b"\0\0\0"


class Vty:
    """One daemon's terminal, by its socket; use it in a ``with`` block."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_S)

    def __enter__(self) -> Self:
        try:
            self._socket.connect(str(self.path))
            self.say("enable")
        except OSError as error:
            self._socket.close()
            raise LabError(f"{self.path.name} of {self.path.parent.name}: {error}") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def say(self, command: str) -> str:
        """What the daemon prints to a command.

        Raises:
            LabError: it does not take the command, or does not answer.
        """
        try:
            self._socket.sendall(command.encode() + b"\0")
            printed, result = self._read()
        except OSError as error:
            raise LabError(f"{self._name}: {command!r}: {error}") from error
        if result != 0:
            raise LabError(f"{self._name}: {command!r}: {printed.strip() or f'result {result}'}")
        return printed

    def configure(self, commands: Iterable[str]) -> None:
        """Say commands of configuration, in turn; while its datastore is locked, again.

        Raises:
            LabError: it does not take one of them, or stays locked.
        """
        deadline = time.monotonic() + ANSWER_S
        for command in ("configure terminal", *commands):
            while True:
                try:
                    self.say(command.strip())
                    break
                except LabError as error:
                    if _LOCKED not in str(error) or time.monotonic() > deadline:
                        raise
                time.sleep(_POLL_S)

    def ask(self, command: str) -> dict[str, Any]:
        """What the daemon prints to a command that prints JSON."""
        printed = self.say(command)
        answer: dict[str, Any] = json.loads(printed) if printed.strip() else {}
        return answer

    def _read(self) -> tuple[str, int]:
        got = bytearray()
        while len(got) < len(_END) + 1 or got[-4:-1] != _END:
            part = self._socket.recv(1 << 16)
            if not part:
                raise ConnectionResetError("the daemon has hung up")
            got += part
        return got[:-4].decode("utf-8", "replace"), got[-1]

    @property
    def _name(self) -> str:
        return f"{self.path.stem} of {self.path.parent.name}"
