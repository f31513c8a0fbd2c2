"""How a command says things: notes and steps on stderr, and results plainly or as tables."""

from __future__ import annotations

import logging
from contextvars import ContextVar

import typer

_LOG = logging.getLogger("netkit")
"""Rooms below have loggers under it, ``netkit.ROOM``."""

_PLAIN = ContextVar("plain", default=False)

_QUIET, _USUAL, _LOUD = logging.ERROR, logging.WARNING, logging.INFO


class _Stderr(logging.Handler):
    """Lines as the rest of netkit writes them; stderr is looked up when there is one to write."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        typer.echo(f"netkit: {record.getMessage()}", err=True)


def speak(*, quiet: bool, verbose: bool) -> None:
    """Say so much from here on; the last call counts, whatever was said before."""
    if not _LOG.handlers:
        _LOG.addHandler(_Stderr())
        _LOG.propagate = False
    _LOG.setLevel(_QUIET if quiet else _LOUD if verbose else _USUAL)


def show_plainly(plain: bool) -> None:
    """Print whole names, a record a line, without colours, from here on or no longer."""
    _PLAIN.set(plain)


def is_plain() -> bool:
    """Was ``--plain`` given?"""
    return _PLAIN.get()


def note(text: str) -> None:
    """What is odd and changes nothing; ``-q`` leaves it out."""
    _say(logging.WARNING, f"note: {text}")


def step(text: str) -> None:
    """What is being done; only ``-v`` shows it."""
    _say(logging.INFO, text)


def is_quiet() -> bool:
    """Was ``-q`` given?"""
    return not _LOG.isEnabledFor(logging.WARNING)


def is_loud() -> bool:
    """Was ``-v`` given?"""
    return _LOG.isEnabledFor(logging.INFO)


def _say(level: int, text: str) -> None:
    if not _LOG.handlers:
        speak(quiet=False, verbose=False)
    _LOG.log(level, "%s", text)
