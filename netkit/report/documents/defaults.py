"""Which defaults of options are in force, and from where, as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netkit.report.documents.document import Document

SCHEMA = "netkit/config/1"
_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class Setting:
    """An option of the ``commands``, its default by the ``variable`` or the file that has one;
    ``value`` and ``source`` are None where the default is the one in the help."""

    option: str
    commands: tuple[str, ...]
    variable: str
    value: str | None = None
    source: str | None = None


def without_password(value: str) -> str:
    """The value with the password of a URL left out.

    >>> without_password("postgresql://netkit:secret@db/netkit")
    'postgresql://netkit:…@db/netkit'
    """
    return _PASSWORD.sub(r"\1:…@", value)


def config_to_json(
    file: Path, settings: Iterable[Setting], variables: Mapping[str, str], used: Sequence[str]
) -> Document:
    """``file`` is null where there is none; ``variables`` those beside options, by their meaning,
    of which ``used`` are set."""
    return {
        "schema": SCHEMA,
        "file": str(file) if file.is_file() else None,
        "looked_for": str(file),
        "options": [
            {
                "option": one.option,
                "commands": list(one.commands),
                "variable": one.variable,
                "value": one.value,
                "source": one.source,
            }
            for one in settings
        ],
        "variables": [
            {"name": name, "meaning": meaning, "set": name in used}
            for name, meaning in variables.items()
        ],
    }
