"""Things that could be built, and what is known of a set of them."""

from __future__ import annotations

from netkit.model.planning.addition import Addition, AdditionKind
from netkit.model.planning.augmentation import BestSet, Method
from netkit.report.words.units import percent_text

KIND_WORDS = {
    AdditionKind.LINK: "link",
    AdditionKind.DIRECT_CONNECT: "direct-connect point",
    AdditionKind.EXCHANGE: "exchange centre",
    AdditionKind.NODE: "router",
}


def title_of(addition: Addition) -> str:
    """What is built, in a few words: its ends or its place, and whether the file plans it."""
    words = addition.name
    if addition.is_link:
        (link,) = addition.links
        words = f"{link.a} – {link.b}"
    elif addition.kind is AdditionKind.EXCHANGE:
        words = f"exchange at {addition.place or addition.name}"
    return f"{words} (planned)" if addition.planned else words


def build_text(addition: Addition) -> str:
    """What is to be done, and how much fibre it takes."""
    text = f"build the planned {addition.name}" if addition.planned else _build_new(addition)
    return text if addition.km is None else f"{text}, {addition.km:.0f} km of fibre"


def _build_new(addition: Addition) -> str:
    if addition.kind is AdditionKind.EXCHANGE:
        return f"build an exchange centre at {addition.place}"
    if not addition.is_link:
        return f"build {addition.name}"
    (link,) = addition.links
    return f"build a {KIND_WORDS[addition.kind]} between {link.a} and {link.b}"


def proof_text(best: BestSet) -> str:
    """What is known of how good the set is."""
    if best.proved:
        return "proved: no other set covers more pairs by single additions"
    words = f"no set covers more than {best.at_most} by single additions"
    if best.method is Method.GREEDY:
        words = f"chosen greedily, at least 1 - 1/e of the best without a budget; {words}"
    return words


def inside_text(inside: int, pairs: int) -> str:
    """How many pairs are inside their bounds, and which share of all."""
    return f"{inside} ({percent_text(inside / pairs)})"
