"""Folders that are made on the way to a result, and are not left behind where none came.

A folder that was there is never taken away, nor is one that holds something by then::

    missing ── made ──┬── a result in it ──> it stays
                      └── raised: disk full, refused, Ctrl-C ──> missing

Another run may be about to write into what is taken away: it makes the folder again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

from netkit.interrupts import uninterrupted

_T = TypeVar("_T")

_TRIES = 100
"""As often what fails is tried again that may have lost its folder to another run."""


def make_folders(folder: Path) -> tuple[Path, ...]:
    """Make ``folder``, with those above it that are missing; returns those made, outermost first.

    Raises OSError, and leaves none of them then; FileExistsError where something else is there.
    """
    return _tried(partial(_made, folder))


def in_folder(folder: Path, act: Callable[[], object]) -> tuple[Path, ...]:
    """Have ``folder`` there for ``act``; returns those made for that, as :func:`make_folders`.

    Where something is raised, it is as it was before. ``act`` is called again where the folder may
    have been taken away under it, by another run that had made it and failed.
    """
    return _tried(partial(_held, folder, act))


def remove_empty(made: Sequence[Path]) -> None:
    """Take away those of :func:`make_folders` that have stayed empty."""
    for one in reversed(made):
        with suppress(OSError):
            one.rmdir()


def _tried(call: Callable[[], _T]) -> _T:
    for _ in range(_TRIES):
        with suppress(FileExistsError, FileNotFoundError):
            return call()
    return call()


def _held(folder: Path, act: Callable[[], object]) -> tuple[Path, ...]:
    made = _made(folder)
    try:
        act()
    except BaseException:
        remove_empty(made)
        raise
    return made


def _made(folder: Path) -> tuple[Path, ...]:
    made: list[Path] = []
    missing = tuple(takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
    try:
        for one in reversed(missing or (folder,)):
            uninterrupted(_make, one, made)
    except BaseException:
        remove_empty(made)
        raise
    return tuple(made)


def _make(one: Path, made: list[Path]) -> None:
    try:
        one.mkdir()
    except FileExistsError:  # also another process may have been first
        if not one.is_dir():
            raise
    else:
        made.append(one)
