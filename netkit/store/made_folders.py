"""Folders that are made on the way to a result, and are not left behind where none came.

A folder that was there is never taken away, nor is one that holds something by then::

    missing ── made ──┬── a result in it ──> it stays
                      └── raised: disk full, refused, Ctrl-C ──> missing
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path

from netkit.interrupts import uninterrupted


def make_folders(folder: Path) -> tuple[Path, ...]:
    """Make ``folder``, with those above it that are missing; returns those made, outermost first.

    Raises OSError, and leaves none of them then; FileExistsError where something else is there.
    """
    made: list[Path] = []
    missing = tuple(takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
    try:
        for one in reversed(missing or (folder,)):
            uninterrupted(_make, one, made)
    except BaseException:
        remove_empty(made)
        raise
    return tuple(made)


def remove_empty(made: Sequence[Path]) -> None:
    """Take away those of :func:`make_folders` that have stayed empty."""
    for one in reversed(made):
        with suppress(OSError):
            one.rmdir()


@contextmanager
def with_folders(folder: Path) -> Iterator[None]:
    """Within this ``folder`` is there; where something is raised, it is as it was before."""
    made = make_folders(folder)
    try:
        yield
    except BaseException:
        remove_empty(made)
        raise


def _make(one: Path, made: list[Path]) -> None:
    try:
        one.mkdir()
    except FileExistsError:  # also another process may have been first
        if not one.is_dir():
            raise
    else:
        made.append(one)
