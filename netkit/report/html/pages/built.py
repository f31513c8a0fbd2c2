"""What a document of advice says is to be built: what it is called, and where it is on the map."""

from __future__ import annotations

from netkit.language.words import say
from netkit.model.planning.addition import AdditionKind
from netkit.report.html.pages.sources import Plain
from netkit.report.place_words import place_text
from netkit.report.words.text import visible

_TWO_ENDS = 2


def proposed(advice: Plain) -> dict[str, list[str]]:
    """Ids of the links and exchanges of the set to build, and the nodes it joins, for the map."""
    additions = () if advice is None else advice["set"]["additions"]
    return {
        "ids": [id_ for one in additions for id_ in one.get("ids", ())],
        "nodes": [visible(name) for one in additions for name in one["nodes"]],
    }


def named(addition: Plain) -> str:
    """What is built: its place, or its ends."""
    kind, place = addition["kind"], addition["place"]
    if kind == AdditionKind.EXCHANGE.value:
        return say("exchange at {place}", place=place_text(place or addition["name"]))
    ends = addition["nodes"]
    return " – ".join(ends) if len(ends) == _TWO_ENDS else str(addition["name"])
