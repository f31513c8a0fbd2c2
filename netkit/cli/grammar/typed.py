"""Which options were typed, and are no defaults of a configuration file or of the environment: what
stands there for all calls is no wish of this one."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from netkit.errors import InputError

_TYPED: ContextVar[frozenset[str]] = ContextVar("typed", default=frozenset())
_COMMAND_LINE = "COMMANDLINE"


def remember_typed(ctx: Any) -> None:  # noqa: ANN401
    """Keep what was typed of the command of this context, by its names in Python."""
    sources = {name: ctx.get_parameter_source(name) for name in ctx.params}
    _TYPED.set(frozenset(
        name for name, source in sources.items()
        if source is not None and source.name == _COMMAND_LINE
    ))  # fmt: skip


def refuse_typed(*names: str, expected: str) -> None:
    """Raises InputError for the first of these that was typed: it would mean nothing."""
    for name in names:
        if name in _TYPED.get():
            raise InputError.argument(name, expected=expected)
