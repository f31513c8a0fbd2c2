"""Which store a command reads."""

from __future__ import annotations

from typing import Annotated

import typer

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="URL", help="The database of windows; by default this user's SQLite."
    ),
]
