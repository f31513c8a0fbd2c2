"""The options that say which platform files are for, or from."""

from __future__ import annotations

from typing import Annotated

import typer

from netkit.cli.grammar import completion
from netkit.emit.targets import ALL, TARGETS

TargetsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="TARGET",
        autocompletion=completion.targets_or_all,
        help=f"{', '.join(TARGETS)}, or {ALL}; can be repeated; unless given, what each router's "
        "platform says.",
    ),
]

SavedTargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="TARGET",
        autocompletion=completion.targets,
        help=f"Whose words files are in, where they do not tell it: {', '.join(TARGETS)}.",
    ),
]

SidsByHandOption = Annotated[
    bool,
    typer.Option(
        "--sids-by-hand",
        help="Write also lists over SIDs that netkit cannot configure: you make them.",
    ),
]
