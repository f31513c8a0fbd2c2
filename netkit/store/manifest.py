"""What netkit wrote into a folder, as its manifest lists it, and what of it still is so.

A file is netkit's own if the manifest lists it and it still has the digest there. Links are never
followed, and so never own.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from netkit.errors import InputError, Problem

MANIFEST = ".netkit-manifest.json"
SCHEMA = "netkit/manifest/1"
NEXT = ".netkit-next"
"""Where a run keeps its files until all are there; no file of a result is named so."""


def require_same(folder: Path, kind: str, of: str) -> None:
    """A rerun takes its own last results away, and nobody else's: InputError where the folder holds
    results of another ``kind`` or ``of`` something else."""
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        held = document["kind"], document.get("of") or of  # older manifests do not say
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    if held != (kind, of):
        there, here = (" of ".join(map(str, filter(None, each))) for each in (held, (kind, of)))
        remedy = "They would be taken away: write to another folder."
        raise InputError.single(f"holds {there}, not {here}", value=folder, remedy=remedy)


def require_own(folder: Path, names: Iterable[str], known: Mapping[str, str]) -> None:
    """Raises InputError for all files that are in the way and not netkit's own; ``known`` are the
    digests by name."""
    problems = dict[Problem, None]()
    for name in names:
        for path, why in _in_the_way(folder, _checked(name), known.get(name)):
            what, remedy = f"will not be overwritten: {why}", "Move it, or write to another folder."
            problems[Problem(str(path), None, what, remedy=remedy)] = None
    if problems:
        raise InputError(problems)


def _in_the_way(
    folder: Path, name: PurePosixPath, digest: str | None
) -> Iterator[tuple[Path, str]]:
    """What is not netkit's own where a file is to be, and why; a link is not followed anywhere."""
    for parent in [folder / inside for inside in name.parents][:-1]:
        if os.path.lexists(parent) and (parent.is_symlink() or not parent.is_dir()):
            yield parent, "it is no folder of this one"
            return
    path = folder / name
    if os.path.lexists(path) and not is_own(path, digest):
        yield path, "changed since netkit wrote it" if digest else "not written by netkit"


def is_inside(folder: Path, name: str) -> bool:
    """Whether no link leads out of the folder to it: what was moved away is where it shall stay."""
    return not any((folder / parent).is_symlink() for parent in PurePosixPath(name).parents[:-1])


def listed_files(folder: Path) -> Mapping[str, str]:
    """Digests by name, nothing where there is no manifest."""
    try:
        return listed_in((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError:
        return {}


def listed_in(text: str) -> dict[str, str]:
    """The files of a manifest; of none that netkit wrote, nothing."""
    try:
        document = json.loads(text)
        listed = document["files"] if document["schema"] == SCHEMA else {}
        return {str(_checked(name)): str(digest) for name, digest in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError, InputError):
        return {}


def is_own(path: Path, digest: str | None) -> bool:
    """Whether it is a file, not a link, and what netkit wrote."""
    return path.is_file() and not path.is_symlink() and file_digest(path) == digest


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] == NEXT:
        raise InputError.single("not a name for a file in this folder", value=name)
    return path
