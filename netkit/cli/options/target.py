"""The option that says which platform files are for."""

from __future__ import annotations

from typing import Annotated

import typer

from netkit.emit.targets import TARGETS

TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="TARGET",
        help=f"{', '.join(TARGETS)}; unless given, what each router's platform says.",
    ),
]
