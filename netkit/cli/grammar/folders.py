"""Into which folder a command writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from netkit.errors import InputError


def folder_option(help: str) -> Any:  # noqa: A002, ANN401
    """The option ``--out`` as Typer wants it. An empty word, as of a variable that is not set, is
    refused: it would be the current folder."""
    return typer.Option("--out", "-o", metavar="PATH", help=help, parser=_folder)


def _folder(value: object) -> Path:
    if value == "":
        raise InputError.single(
            "--out", value="''", expected="a folder's name",
            remedy="The current folder is called `.`.",
        )  # fmt: skip
    return Path(str(value))
