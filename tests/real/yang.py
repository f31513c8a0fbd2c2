"""Files of netkit against the public YANG of platforms, by yanglint of Debian's libyang-tools.

The modules are data beside the project, ``../shared/yang``, and no part of it: where they are not,
these tests are skipped.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

YANG = Path(__file__).parents[3] / "shared" / "yang"

needs_yang = pytest.mark.skipif(not YANG.is_dir(), reason="../shared/yang is not here")


def modules(*folders: str, first: str = "") -> list[str]:
    """The modules in those folders, each once, submodules not among them; ``first`` leads."""
    found = {}
    for folder in folders:
        for path in sorted((YANG / folder).glob("*.yang")):
            if re.match(r"\s*module\s", path.read_text(encoding="utf-8", errors="replace")):
                found.setdefault(path.name, str(path))
    return sorted(found.values(), key=lambda one: (Path(one).name != first, one))


def complaints(folder: Path, files: Mapping[str, str], loaded: Iterable[str], *options: str) -> str:
    """What yanglint says of files, by name, against the modules ``loaded``: nothing if all are
    valid configurations."""
    loaded = list(loaded)
    paths = []
    for name, text in files.items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    search = [
        word for one in sorted({str(Path(one).parent) for one in loaded}) for word in ("-p", one)
    ]
    command = ["yanglint", "-t", "config", *options, *search, *loaded, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    said = done.stderr + done.stdout
    assert (done.returncode == 0) == (not done.stderr), said
    return done.stderr


def config_of(text: str) -> str:
    """What stands inside the ``<config>`` of a NETCONF edit-config, as yanglint takes it."""
    found = re.search(r"<config [^>]*>\n(.*)</config>", text, re.DOTALL)
    assert found is not None
    return found[1]
