"""Starting the wire's process and talking to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import netkit
from netkit.errors import LabError
from netkit.lab.blueprint import Cable
from netkit.lab.calibration import CalibrationResult, Shot
from netkit.lab.netns import Namespace
from netkit.model.units import us_to_ns

ANSWER_S = 30.0
CALIBRATION_SAMPLES = 200


class WireControl:
    """The parent's side of a running wire."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self.process = process
        self._control = control
        self._answers = control.makefile("rb")

    @classmethod
    def start(
        cls,
        namespace: Namespace,
        cables: Iterable[Cable],
        truth: IO[bytes],
        environment: Mapping[str, str],
        *,
        realtime: bool = True,
    ) -> WireControl:
        """Launch the wire inside ``namespace``, where the ends of ``cables`` already are.

        Call it from the main thread: the wire dies with the thread that started it.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            command = [
                sys.executable, "-m", "netkit.lab.wire_process",
                str(theirs.fileno()), str(truth.fileno()), str(os.getpid()),
            ]  # fmt: skip
            with namespace.entered():
                process = subprocess.Popen(
                    command,
                    env={**environment, "PYTHONPATH": _import_path(environment)},
                    pass_fds=(theirs.fileno(), truth.fileno()),
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
        ours.settimeout(ANSWER_S)
        wire = cls(process, ours)
        far, delays_ns = line_of(cables)
        try:
            wire._ask(far=far, delays_ns=delays_ns, realtime=realtime)
        except BaseException:
            wire.kill()
            raise
        return wire

    def set_advance(self, advance_ns: int) -> list[int]:
        """Release this much before the due time; returns the ends whose delay is shorter."""
        too_short: list[int] = self._ask(do="advance", advance_ns=advance_ns)["too_short"]
        return too_short

    def calibrate(self, shots: list[Shot]) -> CalibrationResult:
        """Find the advance with ``shots``, set it, and measure the error that is left."""
        self.set_advance(0)
        if not shots:
            return CalibrationResult(0, 0, None, None)
        cost_ns: int | None = self._shoot(shots)["p50_ns"]
        if cost_ns is None:
            raise LabError("calibration: no frame came back through the routers")
        self.set_advance(cost_ns)
        left = self._shoot(shots)
        return CalibrationResult(cost_ns, left["samples"], left["p50_ns"], left["p99_ns"])

    def cut(self, cuts: Iterable[tuple[int, str | None]]) -> None:
        """Lose all that enters at these ends (or what goes to one MAC address, as hex digits)."""
        self._ask(do="cut", cuts=[list(cut) for cut in cuts])

    def restore(self) -> None:
        """Mend every cut."""
        self._ask(do="restore")

    def flush(self) -> int:
        """Have all records written to the truth file; returns its length in bytes."""
        length: int = self._ask(do="flush")["bytes"]
        return length

    def stats(self) -> dict[str, int]:
        """Counts since the start: released, late, max_late_ns, refused, dropped."""
        return self._ask(do="stats")

    def stop(self) -> None:
        """End the wire; whatever it still holds is lost."""
        try:
            self._ask(do="stop")
            self.process.wait(ANSWER_S)
        except (LabError, subprocess.TimeoutExpired):
            self.kill()
        self._close()

    def kill(self) -> None:
        """End the wire without asking it."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _shoot(self, shots: list[Shot]) -> dict[str, Any]:
        rounds = -(-CALIBRATION_SAMPLES // len(shots))
        return self._ask(
            do="calibrate", rounds=rounds, shots=[[shot.end, shot.frame.hex()] for shot in shots]
        )

    def _ask(self, **command: object) -> dict[str, Any]:
        try:
            self._control.sendall(json.dumps(command).encode() + b"\n")
            answer = self._answers.readline()
        except OSError as error:
            raise LabError(f"the wire does not answer: {error}") from error
        if not answer:
            raise LabError(f"the wire has ended (exit status {self.process.poll()})")
        values: dict[str, Any] = json.loads(answer)
        return values

    def _close(self) -> None:
        self._answers.close()
        self._control.close()


def line_of(cables: Iterable[Cable]) -> tuple[list[int], list[int]]:
    """Far ends and delays in ns by end number: cable *i* has ends ``2i`` (a) and ``2i + 1`` (b)."""
    far, delays_ns = [], []
    for index, cable in enumerate(cables):
        far += [2 * index + 1, 2 * index]
        delays_ns += [us_to_ns(cable.delay_ab_us), us_to_ns(cable.delay_ba_us)]
    return far, delays_ns


def _import_path(environment: Mapping[str, str]) -> str:
    """Where the child finds this very netkit, whatever directory it was started from."""
    here = str(Path(netkit.__file__).parent.parent)
    inherited = environment.get("PYTHONPATH")
    return here if not inherited else f"{here}{os.pathsep}{inherited}"
