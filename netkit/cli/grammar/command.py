"""The commands of netkit as Typer makes them, with what all of them have."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from copy import copy
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from netkit.cli.grammar.completion import WORDS
from netkit.cli.grammar.defaults import (
    Commands,
    check_config,
    defaults_of,
    read_config,
    variables,
)
from netkit.cli.grammar.loudness import show_plainly, speak
from netkit.cli.grammar.rivals import drop_rivals
from netkit.cli.grammar.typed import CONFIG_FILE, remember_context, remember_typed
from netkit.language.chosen import Language, choose, of_locale

HELP_NAMES = ["-h", "--help"]
CONFIG = "config"
_NOT_SET = frozenset({CONFIG, "version", "help", "install-completion", "show-completion"})
_SAID_EACH_TIME = frozenset({("lab", "down", "all"), ("lab", "clean", "all")})
"""Elsewhere ``--all`` shows every row: who has that as a default does not mean to end every lab."""
_METAVARS = {int: "N", float: "NUMBER", Path: "PATH"}


def _kept(param: typer.CallbackParam, ctx: typer.Context, value: object) -> None:
    ctx.meta[param.name] = value


def _common(
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", callback=_kept, expose_value=False,
            help="Say on stderr what is being done.",
        ),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", callback=_kept, expose_value=False,
            help="No notes and no progress on stderr.",
        ),
    ] = False,
    plain: Annotated[
        bool,
        typer.Option(
            "--plain", callback=_kept, expose_value=False,
            help="Tables as in a pipe: whole names, no colours, each row one line.",
        ),
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option(
            "--lang", callback=_kept, expose_value=False,
            help="Language of tables and pages; that of the locale if not given.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """Hold the options that every command has."""


class Command(TyperCommand):
    """A command with ``-h``, ``-v`` and ``-q``, whose options take defaults from elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        kwargs["context_settings"] = {
            "help_option_names": HELP_NAMES,
            **(kwargs.get("context_settings") or {}),
        }
        super().__init__(*args, **kwargs)
        own = {name for one in self.params for name in one.opts}
        self.params += [copy(one) for one in _common_params() if not own & set(one.opts)]

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Any = None,  # noqa: ANN401
        **extra: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """As Typer does, with the defaults for the command of these words."""
        words, behind = _words(parent, info_name), list(args)
        for option in _settable(self.params, words):
            option.envvar = variables(words, _long(option))
        if not (parent is not None and parent.resilient_parsing):
            extra["default_map"] = self._defaults(parent, words)
        ctx = super().make_context(info_name, args, parent, **extra)
        if ctx.resilient_parsing:
            ctx.meta[WORDS] = behind
        return ctx

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """As Typer does, but what is typed needs no default of an option beside it."""
        if not ctx.resilient_parsing:
            remember_context(ctx)
            words = ctx.command_path.split()[1:]
            drop_rivals(ctx, args, {_long(one): one for one in _settable(self.params, words)})
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Set how much is said, and in which language, then run."""
        quiet = ctx.meta.get("quiet") or ctx.params.get("quiet")
        speak(quiet=bool(quiet), verbose=bool(ctx.meta.get("verbose")))
        show_plainly(bool(ctx.meta.get("plain")))
        choose(ctx.meta.get("lang") or of_locale(os.environ))
        remember_typed(ctx)
        return super().invoke(ctx)

    def _defaults(self, parent: Any, words: list[str]) -> dict[str, Any]:  # noqa: ANN401
        root = parent.find_root() if parent is not None else None
        path, config = read_config(root.params.get(CONFIG) if root is not None else None)
        if config and root is not None:
            check_config(path, config, every_option(root))
            root.meta[CONFIG_FILE] = str(path)
        known = {_long(option).replace("-", "_"): option
                 for option in _settable(self.params, words)}  # fmt: skip
        found = defaults_of(config, words).items()
        return {known[key].name: _default(known[key], one) for key, one in found if key in known}

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401
        """All parameters, the help's as well, as people read them."""
        return [_without_type(one) for one in super().get_params(ctx)]


class Group(TyperGroup):
    """A group of commands, with ``-h``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        kwargs["context_settings"] = {"help_option_names": HELP_NAMES}
        super().__init__(*args, **kwargs)

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401
        """All parameters, the help's as well, as people read them."""
        return [_without_type(one) for one in super().get_params(ctx)]


def every_option(ctx: Any) -> Commands:  # noqa: ANN401
    """The options of all commands, of which the process has read those of the one that runs."""
    root = ctx.find_root()
    whole = root.command if root.obj is None else typer.main.get_command(root.obj())
    return Commands(dict(_options_of(whole, ())))


@cache
def _common_params() -> tuple[Any, ...]:
    one = typer.Typer(add_completion=False)
    one.command()(_common)
    return tuple(typer.main.get_command(one).params)


def _words(parent: Any, info_name: str | None) -> list[str]:  # noqa: ANN401
    """The words that name the command, without the program's."""
    before = "netkit" if parent is None else parent.command_path
    return f"{before} {info_name or ''}".split()[1:] if parent else (info_name or "").split()[1:]


def _long(option: Any) -> str:  # noqa: ANN401
    """The long name of an option without its dashes, or its short one."""
    return str(max(option.opts, key=len)).lstrip("-")


def _default(option: Any, value: object) -> object:  # noqa: ANN401
    """A default as Typer wants it: one word for an option that can be repeated is one of it."""
    return [value] if option.multiple and isinstance(value, str) else value


def _settable(params: Any, words: Sequence[str]) -> Iterator[Any]:  # noqa: ANN401
    """The options of the command of these words that may have a default of one's own."""
    for one in params:
        name = _long(one) if isinstance(one, TyperOption) else CONFIG
        if name not in _NOT_SET and (*words, name) not in _SAID_EACH_TIME:
            yield one


def _options_of(command: Any, words: tuple[str, ...]) -> Iterator[tuple[Any, frozenset[str]]]:  # noqa: ANN401
    """Every command below, the default of a group under the group's own words."""
    if not isinstance(command, TyperGroup):
        yield words, frozenset(map(_long, _settable(command.params, words)))
        return
    for name, one in command.commands.items():
        unnamed = name == getattr(command, "DEFAULT", None)
        yield from _options_of(one, words if unnamed else (*words, name))


def _without_type(param: Any) -> Any:  # noqa: ANN401
    """A parameter that help shows by a word for people, not by its type in Python."""
    if not isinstance(param, TyperOption):
        param.metavar = param.metavar or param.name.upper().replace("_", "-")
        # Typer asks the parameter itself, and offers nothing to set.
        vars(param)["display_type_rich"] = _nothing
        return param
    param.show_envvar = False  # Two of every option would bury the rest; the page lists the rule.
    if param.is_flag:
        param.metavar = ""
    elif param.metavar is None:
        param.metavar = _metavar(param)
    return param


def _metavar(option: Any) -> str:  # noqa: ANN401
    described = option.type_descriptor
    if described.choices is not None:
        return "|".join(str(one.value) for one in described.choices)
    kind = described.annotation
    kind = (get_args(kind) or (kind,))[0]
    return _METAVARS.get(kind, "TEXT")


def _nothing(ctx: object) -> None:  # noqa: ARG001
    return None
