"""A process of the lab's own that writes the truth file, and the line of talk with it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

import netkit
from netkit.errors import LabError
from netkit.lab.kernel.netns import Namespace

ANSWER_S = 300.0
"""A child that has ended is known at once, and a machine may stall for half a minute: so long a
busy kernel takes to end namespaces, and whoever makes others waits for that."""


class ChildControl:
    """The parent's side: commands are JSON objects, one a line, each answered with one before there
    is another: a drill breaks links in one thread while another asks for the truth."""

    module: str
    """What the child runs, with the arguments CONTROL TRUTH PARENT."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self.process = process
        self._control = control
        self._answers = control.makefile("rb")
        self._asking = threading.Lock()

    @classmethod
    def launch(
        cls,
        namespace: Namespace,
        truth: IO[bytes],
        environment: Mapping[str, str],
        start: Mapping[str, object],
    ) -> Self:
        """Start the child inside ``namespace`` and hand it ``start``.

        Call it from the main thread: the child dies with the thread that started it.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            descriptors = (theirs.fileno(), truth.fileno())
            with namespace.entered():
                process = subprocess.Popen(
                    [sys.executable, "-m", cls.module, *map(str, (*descriptors, os.getpid()))],
                    env={**environment, "PYTHONPATH": _import_path(environment)},
                    pass_fds=descriptors,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
        ours.settimeout(ANSWER_S)
        child = cls(process, ours)
        try:
            child._ask(**start)
        except BaseException:
            child.kill()
            raise
        return child

    def flush(self) -> int:
        """Have all records written to the truth file; returns their length in bytes."""
        length: int = self._ask(do="flush")["bytes"]
        return length

    def stats(self) -> dict[str, int]:
        """What the child has counted since its start."""
        return self._ask(do="stats")

    def stop(self) -> None:
        """End the child; a wire loses what it still holds."""
        try:
            self._ask(do="stop")
            self.process.wait(ANSWER_S)
        except (LabError, subprocess.TimeoutExpired):
            self.kill()
        self._close()

    def kill(self) -> None:
        """End the child without asking it."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _ask(self, **command: object) -> dict[str, Any]:
        try:
            with self._asking:
                self._control.sendall(json.dumps(command).encode() + b"\n")
                answer = self._answers.readline()
        except ConnectionError:
            answer = b""
        except OSError as error:
            raise LabError(f"{self.module} does not answer: {error}") from error
        if not answer:
            self.process.wait(ANSWER_S)
            raise LabError(f"{self.module} has ended (exit status {self.process.returncode})")
        values: dict[str, Any] = json.loads(answer)
        return values

    def _close(self) -> None:
        self._answers.close()
        self._control.close()


def _import_path(environment: Mapping[str, str]) -> str:
    """Where the child finds this very netkit, whatever directory it was started from."""
    here = str(Path(netkit.__file__).parent.parent)
    inherited = environment.get("PYTHONPATH")
    return here if not inherited else f"{here}{os.pathsep}{inherited}"
