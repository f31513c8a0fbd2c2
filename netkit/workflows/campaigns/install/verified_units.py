"""Units of systemd, tried by systemd itself before they are written anywhere that counts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from netkit.errors import InputError


def verify_units(files: Mapping[str, str]) -> bool | None:
    """Whether ``systemd-analyze verify`` takes the files; None where there is none of it.

    Only the units themselves are looked at, not what of this host they would start after. Raises
    :class:`~netkit.errors.InputError` with what it says against them.
    """
    program = shutil.which("systemd-analyze")
    if program is None:
        return None
    with TemporaryDirectory(prefix="netkit-units-") as folder:
        paths = [Path(folder, Path(path).name) for path in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [program, "verify", "--recursive-errors=no", *map(str, paths)],
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    if done.returncode:
        raise InputError.single(
            "systemd-analyze verify refuses the units", value=done.stderr.strip() or "no reason"
        )
    return True
