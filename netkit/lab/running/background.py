"""Booting a lab whose owner stays when the command that began it has returned, and ending one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from tempfile import TemporaryFile

from netkit.errors import LabError
from netkit.interrupts import interrupts_held
from netkit.lab.kernel.cleaning import CleanReport, clean_after
from netkit.lab.kernel.marks import Mark, start_ticks
from netkit.lab.running.door import ask
from netkit.lab.running.finding import FoundLab, found_labs

_AGAIN = "from netkit.cli.entry import main; main()"
_POLL_S = 0.1
_END_S = 60.0


def boot_in_background(arguments: Sequence[str]) -> FoundLab:
    """Run this command once more, in the foreground of a session of its own; returns when that lab
    is up. If this process is ended before, the lab is as well.

    Raises:
        LabError: it does not come up, with what it says.
    """
    asked = list(arguments)
    asked.insert(asked.index("--") if "--" in asked else len(asked), "--foreground")
    command = [sys.executable, "-c", _AGAIN, *asked]
    with TemporaryFile() as said:
        owner = None
        try:
            with interrupts_held() as let_in:  # else there could be an owner that nobody knows of
                owner = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
                    start_new_session=True,
                )  # fmt: skip
                let_in()
            while owner.poll() is None:
                if (found := _answering(owner.pid)) is not None:
                    return found
                time.sleep(_POLL_S)
        except BaseException:
            if owner is not None:
                owner.terminate()
                owner.wait()
            raise
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines()
        words = "\n".join(line.removeprefix("netkit: ") for line in lines)
    raise LabError(words or f"the lab's owner ended with exit status {owner.returncode}")


def _answering(pid: int) -> FoundLab | None:
    ticks = start_ticks(pid)
    if ticks is None:
        return None
    mark = Mark(pid, ticks)
    with suppress(LabError):
        ask(mark, do="status")
        return next((lab for lab in found_labs() if lab.mark == mark), None)
    return None


def take_down(lab: FoundLab) -> CleanReport:
    """End the owner as Ctrl-C would, wait for it, and clear what is left.

    Raises:
        LabError: something is left.
    """
    with suppress(ProcessLookupError):
        os.kill(lab.mark.pid, signal.SIGTERM)
    deadline = time.monotonic() + _END_S
    while lab.mark.alive and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    if lab.mark.alive:
        raise LabError(f"{lab.name}: its owner {lab.mark.pid} does not end")
    report = clean_after(lab.mark)
    if not report.clean:
        raise LabError(f"{lab.name}: something is left: netkit lab clean")
    return report
