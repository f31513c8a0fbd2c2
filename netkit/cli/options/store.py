"""Which store a command reads."""

from __future__ import annotations

from typing import Annotated

import typer

from netkit.cli.grammar import completion

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="URL", help="The database of windows; by default this user's SQLite."
    ),
]

CampaignOption = Annotated[
    str | None,
    typer.Option(
        "--campaign", autocompletion=completion.campaigns, help="Of this campaign only, by name."
    ),
]
