"""A job on its way into a guest, and its results on their way out: archives on raw disks."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from netkit.errors import LabError
from netkit.lab.vm.qemu import DISK_UNIT_BYTES

GUEST_INIT = Path(__file__).with_name("guest-init")
SOURCE = "source"
"""Where in the job the program text lies; the script starts there."""

_OUT = "out"
_STATUS = "status"
_SKIPPED = frozenset({"__pycache__", ".pytest_cache", ".hypothesis"})

PlaceOf = Callable[[str], Path | None]
"""Where a file of that name among the results is to lie; None: nowhere."""


@dataclass(frozen=True)
class Job:
    """A shell script and the files it finds: ``texts`` by name, ``trees`` copied whole by name.

    Names are relative to the job's folder, ``/job`` in the guest; what the script writes into
    ``/job/out`` comes back.
    """

    script: str
    trees: Mapping[str, Path] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def pack(job: Job, disk: Path) -> None:
    """Write the job as the disk that a guest reads it from; files of the same content are the
    same bytes."""
    with tarfile.open(disk, "w", format=tarfile.GNU_FORMAT) as archive:
        for name, text in _texts(job).items():
            _add(archive, name, text.encode(), 0o755)
        for name, tree in sorted(job.trees.items()):
            for place in _files(tree):
                mode = 0o755 if place.stat().st_mode & 0o100 else 0o644
                _add(archive, str(PurePosixPath(name, place.relative_to(tree))),
                     place.read_bytes(), mode)  # fmt: skip
    left = -disk.stat().st_size % DISK_UNIT_BYTES
    with disk.open("ab") as file:
        file.write(bytes(left))


def _texts(job: Job) -> dict[str, str]:
    init = {"guest-init": GUEST_INIT.read_text(encoding="utf-8"), "script": job.script}
    return {**init, **dict(sorted(job.texts.items()))}


def _files(tree: Path) -> Iterable[Path]:
    """The files of a folder in order of name, or a file alone."""
    if tree.is_file():
        yield tree
        return
    for place in sorted(tree.rglob("*")):
        if place.is_file() and not _SKIPPED & set(place.parts):
            yield place


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))


def unpack(disk: Path, out: Path, place_of: PlaceOf | None = None) -> int:
    """Copy the files that the job wrote into the folder ``out``, or to where ``place_of`` has them;
    returns its exit status.

    Raises:
        LabError: the guest ended before it had written its results.
    """
    try:
        with tarfile.open(disk, "r:") as archive:
            files = {one.name: one for one in archive if one.isfile()}
            status = int(_content(archive, files.pop(_STATUS)))
            for name, member in files.items():
                inside = name.removeprefix(f"{_OUT}/")
                place: Path | None = _inside(out, inside)
                if place_of is not None:
                    place = place_of(inside)
                if place is None:
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(_content(archive, member))
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise LabError(f"the guest ended without results: {error}") from error
    return status


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return b"" if file is None else file.read()


def _inside(out: Path, name: str) -> Path:
    """A place in ``out``, whatever the name; ValueError for one that leads out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name} lies outside")
    return out / path
