"""Ctrl-C among the moves of files, at moments that a test chooses."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest


def interrupted_at_moves(patch: pytest.MonkeyPatch, when: Callable[[Path], bool]) -> None:
    """Ctrl-C comes whenever a file has been moved to such a place."""
    move = Path.replace

    def moved(path: Path, to: Path) -> Path:
        there = move(path, to)
        if when(Path(to)):
            signal.raise_signal(signal.SIGINT)
        return there

    patch.setattr(Path, "replace", moved)
