"""A PostgreSQL of this machine's packages, on a socket in a folder of its own, as no root."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USER = "postgres"
_PROGRAMS = "/usr/lib/postgresql/*/bin/initdb"


def programs() -> Path | None:
    """The folder of the newest version that Debian's packages brought; None if there is none."""
    found = sorted(Path("/").glob(_PROGRAMS.removeprefix("/")), key=lambda one: int(one.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[Path]:
    """The folder of the socket of a server that runs within this block, and is gone after it."""
    with tempfile.TemporaryDirectory(prefix="netkit-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:  # initdb and postgres refuse root
            shutil.chown(folder, _USER, _USER)
        _run("initdb", "-D", folder / "data", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        start(folder)
        try:
            yield folder
        finally:
            stop(folder)


def start(folder: Path) -> None:
    """Start the server of a folder again, on its socket alone; ready when this returns."""
    options = f"-c listen_addresses= -c unix_socket_directories={folder}"
    _run("pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start")


def stop(folder: Path) -> None:
    """Stop the server as its administrator would who waits for nobody."""
    _run("pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop")


def new_database(folder: Path, name: str) -> str:
    """Make an empty database; its URL."""
    _run("createdb", "-h", folder, "-U", owner(), name)
    return f"postgresql://{owner()}@/{name}?host={folder}"


def owner() -> str:
    """Whose the server is."""
    return _USER if os.geteuid() == 0 else os.environ.get("USER", "")


def _run(program: str, *words: str | Path) -> None:
    found = programs()
    assert found is not None, "PostgreSQL is not installed: tools/system-packages real"
    as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
    command = [*as_user, str(found / program), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd="/")
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
