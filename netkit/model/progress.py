"""How a long job tells how far it is: a callback, so that no job needs a screen."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how much is done, and how much there is in all."""

Steps = Callable[[str, int, int], None]
"""The same of a job in several steps: what is being done comes first."""


def silent(what: str, done: int, all_: int) -> None:
    """Steps that nobody watches."""
