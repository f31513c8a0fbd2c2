"""What of an advice is shown: rows by scope, and the part of the ranking that was certified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netkit.model.planning.addition import Addition
from netkit.model.planning.augmentation import Advice, Change, Ranked
from netkit.model.planning.tier import Scope
from netkit.model.verdict import Verdict


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
