"""The command line of QEMU: one processor whose clock counts its instructions, and four disks.

The disks are persistent memory: files mapped into the guest's address space, which it reads as it
reads memory. A disk that answers by itself would do so in the host's time, and whatever the guest
draws from that moment, its random numbers too, would be other in every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

QEMU = "qemu-system-x86_64"

EPOCH = "2026-01-01T00:00:00"
"""What a guest's clock says at its start: always the same, so that runs are."""


DISK_UNIT_BYTES = 2 << 20
"""What the length of a disk is a multiple of: Linux maps persistent memory in such pieces."""

ROOT_LABEL = "netkit-root"
"""By what the kernel finds the disk with its root: disks are numbered as the firmware likes."""

_MOST_DISKS_MIB = 16 << 10
_KERNEL_WORDS = (
    f"root=LABEL={ROOT_LABEL} rw init=/netkit-boot console=ttyS0 panic=-1 quiet "
    "mitigations=off random.trust_cpu=on"
)


@dataclass(frozen=True, slots=True)
class Image:
    """A guest's system: kernel, initial file system, and the disk with its root."""

    kernel: Path
    initrd: Path
    root: Path


@dataclass(frozen=True, slots=True)
class Disks:
    """What a guest gets besides: Python's packages, the job; and where its results go."""

    python: Path
    job: Path
    results: Path


def qemu_command(
    image: Image, disks: Disks, console: Path, *, memory_mib: int, seed: int = 0
) -> list[str]:
    """How to start a guest whose second serial port, what its job says, is our standard output.

    ``-icount shift=0,sleep=off``: an instruction takes 1 ns of the guest's time, and time that
    nobody waits for passes at once, whatever the host does meanwhile. The clock in the guest's
    hardware follows, and what the processor gives as random comes of ``seed``. It dies with the
    process that starts it (``setpriv``). What it changes on its disks is its own, but for the
    results.
    """
    memory = ((image.root, "off"), (disks.python, "off"), (disks.job, "off"), (disks.results, "on"))
    return [
        "setpriv", "--pdeathsig", "KILL", QEMU,
        "-nodefaults", "-no-user-config", "-machine", "q35,nvdimm=on",
        "-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off",
        "-cpu", "max", "-smp", "1",
        "-m", f"{memory_mib}M,slots={len(memory)},maxmem={memory_mib + _MOST_DISKS_MIB}M",
        "-rtc", f"base={EPOCH},clock=vm", "-seed", str(seed),
        "-display", "none", "-monitor", "none", "-nic", "none", "-no-reboot",
        "-serial", f"file:{console}", "-serial", "stdio",
        "-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", _KERNEL_WORDS,
        *(word for number, (file, shared) in enumerate(memory)
          for word in _memory(number, file, file.stat().st_size, shared)),
    ]  # fmt: skip


def _memory(number: int, file: Path, size: int, shared: str) -> tuple[str, ...]:
    """A file as persistent memory."""
    path = str(file).replace(",", ",,")  # as QEMU has a comma in a value
    backend = f"memory-backend-file,id=file{number},mem-path={path},size={size},align=2M"
    device = f"nvdimm,id=disk{number},memdev=file{number}"
    return "-object", f"{backend},share={shared}", "-device", device
