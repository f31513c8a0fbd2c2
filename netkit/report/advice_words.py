"""How things that could be built are worded, and what of an advice is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netkit.model.planning.augmentation import (
    Addition,
    AdditionKind,
    Advice,
    BestSet,
    Change,
    Method,
    Ranked,
)
from netkit.model.planning.tier import Scope
from netkit.model.verdict import Verdict
from netkit.report.words import percent_text

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


def delay_us_of(addition: Addition) -> int | None:
    """The delay of a link, the slower way; None for what is no single link."""
    if not addition.is_link:
        return None
    (link,) = addition.links
    return max(us for us in (link.delay_ab_us, link.delay_ba_us) if us is not None)


def shown(advice: Advice) -> tuple[list[Ranked], list[Ranked]]:
    """Links and sites of the ranking for which lists were planned; the rest is only counted."""
    checked = [entry for entry in advice.ranking if entry.certified is not None]
    links = [entry for entry in checked if entry.addition.km is not None]
    return links, [entry for entry in checked if entry.addition.km is None]


def proof_text(best: BestSet) -> str:
    """What is known of how good the set is."""
    if best.proved:
        return "proved: no other set covers more pairs by single additions"
    words = f"no set covers more than {best.at_most} by single additions"
    if best.method is Method.GREEDY:
        words = f"chosen greedily, at least 1 - 1/e of the best without a budget; {words}"
    return words


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """The pairs of one scope, or of all where it is None; delays are the least there are.

    The median is the lower middle one; a pair without a path counts as slower than all others, and
    a figure is None where it falls on such a pair.
    """

    scope: Scope | None
    pairs: int
    inside_before: int
    inside_after: int
    median_before_us: int | None
    median_after_us: int | None
    worst_before_us: int | None
    worst_after_us: int | None


def scope_rows(advice: Advice) -> Iterator[ScopeRow]:
    """One row for each scope that has pairs, and one for all."""
    for scope in (*Scope, None):
        changes = [one for one in advice.changes if scope in (None, one.scope)]
        if changes:
            yield _row(scope, changes)


def _row(scope: Scope | None, changes: Sequence[Change]) -> ScopeRow:
    before = _ordered([one.before_us for one in changes])
    after = _ordered([one.after_us for one in changes])
    middle = (len(changes) - 1) // 2
    return ScopeRow(
        scope,
        len(changes),
        sum(one.before is Verdict.PASS for one in changes),
        sum(one.after is Verdict.PASS for one in changes),
        before[middle],
        after[middle],
        before[-1],
        after[-1],
    )


def _ordered(delays_us: Sequence[int | None]) -> list[int | None]:
    return sorted(delays_us, key=lambda us: (us is None, us or 0))


def inside_text(inside: int, pairs: int) -> str:
    """How many pairs are inside their bounds, and which share of all."""
    return f"{inside} ({percent_text(inside / pairs)})"
