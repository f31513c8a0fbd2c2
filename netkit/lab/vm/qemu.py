"""The command line of QEMU: one processor whose clock counts its instructions, and four disks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

QEMU = "qemu-system-x86_64"

EPOCH = "2026-01-01T00:00:00"
"""What a guest's clock says at its start: always the same, so that runs are."""

_KERNEL_WORDS = (
    "root=/dev/vda rw init=/netkit-boot console=ttyS0 panic=-1 quiet "
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
    process that starts it (``setpriv``).
    """
    read_only, own = "if=virtio,format=raw,readonly=on", "if=virtio,format=raw"
    return [
        "setpriv", "--pdeathsig", "KILL", QEMU,
        "-nodefaults", "-no-user-config", "-machine", "q35",
        "-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off",
        "-cpu", "max", "-smp", "1", "-m", str(memory_mib),
        "-rtc", f"base={EPOCH},clock=vm", "-seed", str(seed),
        "-display", "none", "-monitor", "none", "-nic", "none", "-no-reboot",
        "-serial", f"file:{console}", "-serial", "stdio",
        "-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", _KERNEL_WORDS,
        "-drive", f"file={image.root},{own},snapshot=on",
        "-drive", f"file={disks.python},{read_only}",
        "-drive", f"file={disks.job},{read_only}",
        "-drive", f"file={disks.results},{own}",
    ]  # fmt: skip
