"""Making what a guest starts from: a Debian system, and Python's packages, each as a disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from netkit.errors import LabError
from netkit.lab.vm.cache import kept, key_of
from netkit.lab.vm.qemu import DISK_UNIT_BYTES, ROOT_LABEL, Image
from netkit.lab.vm.suites import PACKAGES, Suite
from netkit.model.progress import Steps

GUEST_BOOT = Path(__file__).with_name("guest-boot")

_INITRD_MODULES = ("nfit", "nd_pmem", "ext4")
_SLACK_BYTES = 256 << 20
_PLATFORMS = ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_27_x86_64",
              "manylinux_2_28_x86_64", "manylinux_2_34_x86_64")  # fmt: skip
"""What wheels for a Debian 12 or later may call themselves, beside those for any machine."""


def system_image(suite: Suite, cache: Path, progress: Steps) -> Image:
    """Kernel, initial file system and root disk of a release, made with ``mmdebstrap`` from the
    package sources that this machine itself uses, where they are not there yet.

    Raises:
        LabError: they cannot be made, and why.
    """
    key = key_of(suite.name, *PACKAGES, *_hooks("", ""), GUEST_BOOT.read_text(encoding="utf-8"))
    folder = cache / f"{suite.name}-{key}"

    def make(part: Path) -> None:
        progress(f"making a system of Debian {suite.release}, once", 0, 1)
        _require_makers(suite)
        tree = part / "tree"
        _run(_debian_command(suite, tree), {"TMPDIR": str(part)})
        boot = tree / "boot"
        shutil.copyfile(next(boot.glob("vmlinuz-*")), part / "kernel")
        shutil.copyfile(next(boot.glob("initrd.img-*")), part / "initrd")
        _disk_of(tree, part / "root.ext4", ROOT_LABEL)
        shutil.rmtree(tree)

    kept(folder, make)
    return Image(folder / "kernel", folder / "initrd", folder / "root.ext4")


def python_disk(suite: Suite, requirements: Sequence[str], cache: Path, progress: Steps) -> Path:
    """A disk with these packages of Python for the guest's own, fetched by ``pip``, where it is not
    there yet. With hashes in ``requirements`` nothing else is taken.

    Raises:
        LabError: ``pip`` cannot get them, and what it says.
    """
    key = key_of(suite.python, str(DISK_UNIT_BYTES), *requirements)
    folder = cache / f"python{suite.python}-{key}"

    def make(part: Path) -> None:
        progress(f"fetching packages for Python {suite.python}, once", 0, 1)
        wanted = part / "requirements.txt"
        wanted.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        tree = part / "tree"
        _run(_pip_command(suite, wanted, tree), {})
        _disk_of(tree, part / "python.ext4", "netkit-python")
        shutil.rmtree(tree)

    return kept(folder, make) / "python.ext4"


def _require_makers(suite: Suite) -> None:
    missing = [name for name in ("mmdebstrap", "mke2fs") if shutil.which(name) is None]
    if missing:
        raise LabError(
            f"a guest of Debian {suite.release} is made with {' and '.join(missing)}: "
            "apt-get install mmdebstrap e2fsprogs"
        )
    if os.geteuid() != 0:
        raise LabError(
            f"there is no guest of Debian {suite.release} yet, and only root can make one: "
            "run the same command with sudo"
        )


def _debian_command(suite: Suite, tree: Path) -> list[str]:
    hooks = [f"--customize-hook={hook}" for hook in _hooks("$1", str(GUEST_BOOT))]
    return [
        "mmdebstrap", "--quiet", "--variant=minbase", "--architectures=amd64",
        '--aptopt=Acquire::Check-Valid-Until "false"', f"--include={','.join(PACKAGES)}", *hooks,
        suite.name, str(tree),
    ]  # fmt: skip


def _hooks(root: str, boot: str) -> list[str]:
    """What is done in the new tree: an initial file system that knows the guest's disks, the first
    process, and where it mounts things."""
    tools = f"{root}/etc/initramfs-tools"
    modules = "\\n".join(_INITRD_MODULES)
    return [
        f'printf "{modules}\\n" >>"{tools}/modules"',
        f'sed -i s/^MODULES=.*/MODULES=list/ "{tools}/initramfs.conf"',
        f'chroot "{root}" update-initramfs -u -k all',
        f'install -D -m 755 "{boot}" "{root}/netkit-boot"',
        f'mkdir -p "{root}/job" "{root}/opt/python"',
    ]


def _pip_command(suite: Suite, wanted: Path, tree: Path) -> list[str]:
    platforms = [word for name in _PLATFORMS for word in ("--platform", name)]
    return [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-compile", "--no-deps", "--only-binary", ":all:", "--implementation", "cp",
        "--python-version", suite.python, *platforms, "--target", str(tree), "-r", str(wanted),
    ]  # fmt: skip


def _disk_of(tree: Path, disk: Path, label: str) -> None:
    """A file system that holds the tree, and some room."""
    used = sum(place.lstat().st_size for place in tree.rglob("*"))
    files = sum(1 for _ in tree.rglob("*"))
    size = (used + 4096 * files) * 5 // 4 + _SLACK_BYTES
    size_kib = (size - size % DISK_UNIT_BYTES) // 1024
    _run(
        ["mke2fs", "-q", "-t", "ext4", "-L", label, "-d", str(tree), str(disk), f"{size_kib}K"], {}
    )


def _run(command: Sequence[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )  # fmt: skip
    except FileNotFoundError:
        raise LabError(f"{command[0]} is not installed") from None
    if done.returncode != 0:
        raise LabError(f"{command[0]}: {done.stderr.strip() or done.stdout.strip() or 'failed'}")
