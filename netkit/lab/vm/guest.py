"""Running a job in a guest, from its disks to its results."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from netkit.errors import InputError, LabError
from netkit.lab.vm.job import Job, PlaceOf, pack, unpack
from netkit.lab.vm.qemu import QEMU, Disks, Image, qemu_command

MEMORY_MIB = 3072
RESULTS_BYTES = 1 << 30
"""The most that a job's results may come to; the file has holes until something is written."""

CONSOLE = "console"
"""What the guest's kernel says, in the folder of every guest."""

NO_LIMIT_S = float("inf")

Said = Callable[[str, float], None]
"""Told each line of the guest's as it comes, and how many seconds the guest has run; an empty line
where none has come for a second."""

_LOOK_S = 1.0
_GOODBYE_S = 60.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A job's exit status, and how long it took the host."""

    status: int
    wall_s: float


def require_qemu() -> None:
    """Raises LabError where there is no QEMU, and says how to get it."""
    if shutil.which(QEMU) is None:
        raise LabError(f"{QEMU} is not installed: apt-get install qemu-system-x86")


def require_place(out: Path) -> None:
    """Raises InputError where what a guest writes would lie among files that none has written, and
    over those of the same names."""
    if os.path.lexists(out) and not out.is_dir():
        expected = "a folder, or a name for a new one"
        raise InputError.single("cannot write here", value=out, expected=expected)
    files = (one for one in out.rglob("*") if not one.is_dir())
    if out.is_dir() and not (out / CONSOLE).is_file() and any(files):
        what, remedy = (
            "holds files that are not of a guest",
            "Write to an empty folder, or a new one.",
        )
        raise InputError.single(what, value=out, remedy=remedy)


def run_job(
    job: Job,
    image: Image,
    python: Path,
    out: Path,
    *,
    limit_s: float = NO_LIMIT_S,
    memory_mib: int = MEMORY_MIB,
    said: Said,
    place_of: PlaceOf | None = None,
) -> Outcome:
    """Start a guest, have it run the job, and copy what the job wrote into the folder ``out``; what
    the guest's kernel says is there too (``console``). ``place_of`` is as for
    :func:`~netkit.lab.vm.job.unpack`.

    Whatever is raised, the guest is gone then, and its disks are too.

    Raises:
        LabError: no QEMU, no result, or the guest ran longer than ``limit_s``.
    """
    require_qemu()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="netkit-vm-") as scratch:
        disks = Disks(python, Path(scratch, "job"), Path(scratch, "results"))
        pack(job, disks.job)
        with disks.results.open("wb") as results:
            results.truncate(RESULTS_BYTES)
        (out / CONSOLE).touch()
        command = qemu_command(image, disks, out / CONSOLE, memory_mib=memory_mib)
        started = time.monotonic()
        _run(command, scratch, out / "log", started + limit_s, said)
        wall_s = time.monotonic() - started
        return Outcome(unpack(disks.results, out, place_of), wall_s)


def _run(command: list[str], scratch: str, log: Path, deadline: float, said: Said) -> None:
    with (
        log.open("w", buffering=1, encoding="utf-8") as kept,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, env={**os.environ, "TMPDIR": scratch},
        ) as guest,
    ):  # fmt: skip
        try:
            assert guest.stdout is not None  # noqa: S101 - it was asked for
            _listen(guest.stdout, kept, deadline, said)
            guest.wait(_GOODBYE_S)
        finally:
            guest.kill()
    if guest.returncode > 0:
        raise LabError(f"{QEMU} failed (exit status {guest.returncode}): {_end_of(log)}")


def _listen(stream: IO[bytes], kept: IO[str], deadline: float, said: Said) -> None:
    """Pass on the guest's lines until it goes off.

    Raises:
        LabError: it has not by the deadline.
    """
    started, rest = time.monotonic(), b""
    while True:
        now = time.monotonic()
        if now > deadline:
            raise LabError(f"the guest was ended: its time limit of {now - started:.0f} s is over")
        if not select.select([stream], [], [], _LOOK_S)[0]:
            said("", now - started)
            continue
        part = os.read(stream.fileno(), 1 << 16)
        *lines, rest = (rest + part).split(b"\n")
        for raw in lines:
            line = _ESCAPES.sub("", raw.decode(errors="replace"))
            kept.write(line + "\n")
            said(line, now - started)
        if not part:
            return


def _end_of(log: Path) -> str:
    return " ".join(log.read_text(encoding="utf-8").split("\n")[-4:]).strip()
