"""Places by the names they have in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.files.place_names import PLACES, NameKind, also_called
from netkit.language.chosen import Language, spoken


def place_text(name: str, kinds: Iterable[NameKind] = PLACES) -> str:
    """What a place is called; its own name where the table that ships does not know it.

    >>> place_text("贵阳")
    'Guiyang'
    """
    latin = spoken() is Language.EN
    names = (name, *also_called(name, kinds), *_as_cluster(name))
    return next((one for one in names if one.isascii() is latin), name)


def _as_cluster(name: str) -> tuple[str, ...]:
    """Of ``Wuhu cluster`` the names of that cluster."""
    place = name.removesuffix(" cluster")
    return () if place == name else also_called(place, (NameKind.CLUSTER,))
