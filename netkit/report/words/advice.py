"""Things that could be built, and what is known of a set of them."""

from __future__ import annotations

from netkit.language.words import marked, say
from netkit.model.planning.addition import Addition, AdditionKind
from netkit.model.planning.augmentation import BestSet, Method
from netkit.report.place_words import place_text
from netkit.report.words.units import percent_text

_KINDS = {
    AdditionKind.LINK: marked("link"),
    AdditionKind.DIRECT_CONNECT: marked("direct-connect point"),
    AdditionKind.EXCHANGE: marked("exchange centre"),
    AdditionKind.NODE: marked("router"),
}


def kind_text(kind: AdditionKind) -> str:
    """What kind of thing it is."""
    return say(_KINDS[kind])


def title_of(addition: Addition) -> str:
    """What is built, in a few words: its ends or its place, and whether the file plans it."""
    words = addition.name
    if addition.is_link:
        (link,) = addition.links
        words = f"{link.a} – {link.b}"
    elif addition.kind is AdditionKind.EXCHANGE:
        words = say("exchange at {place}", place=place_text(addition.place or addition.name))
    return say("{what} (planned)", what=words) if addition.planned else words


def build_text(addition: Addition) -> str:
    """What is to be done, and how much fibre it takes."""
    text = (
        say("build the planned {name}", name=addition.name)
        if addition.planned
        else _build_new(addition)
    )
    if addition.km is None:
        return text
    return say("{what}, {km} km of fibre", what=text, km=f"{addition.km:.0f}")


def _build_new(addition: Addition) -> str:
    if addition.kind is AdditionKind.EXCHANGE:
        return say("build an exchange centre at {place}", place=place_text(addition.place or ""))
    if not addition.is_link:
        return say("build {name}", name=addition.name)
    (link,) = addition.links
    return say("build a {kind} between {a} and {b}",
               kind=kind_text(addition.kind), a=link.a, b=link.b)  # fmt: skip


def proof_text(best: BestSet) -> str:
    """What is known of how good the set is."""
    if best.proved:
        return say("proved: no other set covers more pairs by single additions")
    words = say("no set covers more than {most} by single additions", most=best.at_most)
    if best.method is Method.GREEDY:
        greedy = say("chosen greedily, at least 1 - 1/e of the best without a budget")
        words = greedy + say("; ") + words
    return words


def inside_text(inside: int, pairs: int) -> str:
    """How many pairs are inside their bounds, and which share of all."""
    return say("{count} ({share})", count=inside, share=percent_text(inside / pairs))
