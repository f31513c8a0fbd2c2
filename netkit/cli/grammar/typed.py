"""Where options come from: which were typed, and are no defaults of a configuration file or of the
environment. What stands there for all calls is no wish of this one, and is mended there."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any

from netkit.cli.grammar.rivals import variable_of
from netkit.errors import InputError

CONFIG_FILE = "netkit.config_file"
"""What the root context calls the file of the defaults that are in force."""

_TYPED: ContextVar[frozenset[str]] = ContextVar("typed", default=frozenset())
_CONTEXT: ContextVar[Any] = ContextVar("context", default=None)
_OPTION = re.compile(r"(?<![\w-])--?[a-z0-9][a-z0-9-]*")
_COMMAND_LINE, _ENVIRONMENT, _FILE = "COMMANDLINE", "ENVIRONMENT", "DEFAULT_MAP"


def remember_context(ctx: Any) -> None:  # noqa: ANN401
    """Keep the context of the command whose options are being read, or were."""
    _CONTEXT.set(ctx)


def remember_typed(ctx: Any) -> None:  # noqa: ANN401
    """Keep what was typed of the command of this context, by its names in Python."""
    sources = {name: ctx.get_parameter_source(name) for name in ctx.params}
    _TYPED.set(frozenset(
        name for name, source in sources.items()
        if source is not None and source.name == _COMMAND_LINE
    ))  # fmt: skip


def place_of(ctx: Any, option: Any) -> str | None:  # noqa: ANN401
    """The variable or the file that says what an option is, None where neither does."""
    source = ctx.get_parameter_source(option.name)
    if source is not None and source.name == _ENVIRONMENT:
        return variable_of(option)
    if source is not None and source.name == _FILE:
        file = ctx.find_root().meta.get(CONFIG_FILE)
        return None if file is None else str(file)
    return None


def place_of_options(text: str) -> str | None:
    """Where the options come from that a message names, if all of them are from one such place."""
    if (ctx := _CONTEXT.get()) is None:
        return None
    named = set(_OPTION.findall(text))
    places = {
        place_of(ctx, one) for one in ctx.command.params if named & {*one.opts, *one.secondary_opts}
    }
    return places.pop() if len(places) == 1 else None


def refuse_typed(*names: str, expected: str) -> None:
    """Raises InputError for the first of these that was typed: it would mean nothing."""
    for name in names:
        if name in _TYPED.get():
            raise InputError.argument(name, expected=expected)
