"""Options that go against each other: the one that is typed stands, whatever defaults say.

Who has ``tier`` in a file for every day may type ``--bound`` once; and what a variable says counts
before the file. Two that come from the same place are left, for the command to refuse.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

RIVALS = (
    frozenset({"pair", "pairs", "demands"}),
    frozenset({"demands", "city"}),
    frozenset({"demands", "workload"}),
    frozenset({"tier", "bound"}),
    frozenset({"count", "duration"}),
    frozenset({"poisson", "burst"}),
    frozenset({"key-file", "tlv-key-file"}),
    frozenset({"4", "6"}),
    frozenset({"same-link", "return-segments"}),
    frozenset({"same-link", "return-address"}),
    frozenset({"cron", "systemd"}),
    frozenset({"textfile", "listen"}),
    frozenset({"top", "all"}),
    frozenset({"quiet", "verbose"}),
)
"""Long names; of what has none, the short one. Each set is of one command at the least."""


def drop_rivals(ctx: Any, args: Sequence[str], options: dict[str, Any]) -> None:  # noqa: ANN401
    """Take away the defaults of rivals of what was typed, then those of the file of what variables
    say; ``options`` are those of the command by their names here."""
    typed, _, _ = ctx.command.make_parser(ctx).parse_args(args=list(args))
    by_hand = {name for name, one in options.items() if one.name in typed}
    for name in _beaten(by_hand, options):
        options[name].envvar = None
        (ctx.default_map or {}).pop(options[name].name, None)
    said = {name for name, one in options.items() if variable_of(one) is not None}
    for name in _beaten(said - by_hand, options):
        (ctx.default_map or {}).pop(options[name].name, None)


def variable_of(option: Any) -> str | None:  # noqa: ANN401
    """The variable that an option takes its default from."""
    names = option.envvar or ()
    return next((one for one in names if os.environ.get(one)), None)


def _beaten(said: set[str], options: Iterable[str]) -> Iterator[str]:
    for name in options:
        if name not in said and any(name in one and said & one for one in RIVALS):
            yield name
