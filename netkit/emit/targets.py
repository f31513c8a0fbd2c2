"""The targets of ``netkit emit``: a word for each dialect, loaded when it is used.

To add one, add its line here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from netkit.emit.dialect import Dialect
from netkit.errors import InputError, did_you_mean

DEFAULT = "linux"
"""What a router gets whose platform nobody states."""

_ROOMS = {
    "frr": "netkit.emit.frr",
    "huawei": "netkit.emit.huawei",
    "ietf": "netkit.emit.ietf",
    "iosxr": "netkit.emit.iosxr",
    "json": "netkit.emit.json",
    "junos": "netkit.emit.junos",
    "linux": "netkit.emit.linux",
    "sonic": "netkit.emit.sonic",
    "sros": "netkit.emit.sros",
}

TARGETS = tuple(sorted(_ROOMS))
ALL = "all"
"""The word for every target whose platform takes the plan."""


@cache
def dialect(name: str, version: str | None = None) -> Dialect:
    """The dialect of that name, and of that version where its files differ by version.

    Raises InputError, with the nearest name that is known, where there is none.
    """
    if name not in _ROOMS:
        expected, remedy = " or ".join(TARGETS), did_you_mean(name, TARGETS)
        raise InputError.argument("target", value=name, expected=expected, remedy=remedy)
    room = import_module(f"{_ROOMS[name]}.dialect")
    of_version = getattr(room, "of_version", None)
    return cast("Dialect", room.DIALECT if of_version is None else of_version(version))
