"""What each single failure does to the directions of the pairs, from a survival document."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.planning.survival import Phase
from netkit.model.verdict import Verdict
from netkit.report.html.pages.pairs import Pair, microseconds
from netkit.report.html.pages.sources import Plain

_LAST = Phase.RECONVERGED.value


def cut_data(survival: Plain, pairs: Sequence[Pair]) -> dict[str, object] | None:
    """Failures by what they break once the IGP has converged, worst first; None without document.

    Of each: ``kind``, ``name``, and four columns over the directions it touches: the number of the
    pair, 0 there or 1 back, whether it keeps its bound in each phase (a bit each, the first the
    lowest), and the worst delay after convergence in µs.
    """
    if survival is None:
        return None
    number = {}
    for place, pair in enumerate(pairs):
        number[pair.there.src, pair.there.dst] = (place, 0)
        if pair.back is not None:
            number[pair.back.src, pair.back.dst] = (place, 1)
    cuts: dict[tuple[str, str], list[list[object]]] = {}
    for one in survival["pairs"]:
        where = number.get((one["src"], one["dst"]))
        if where is None:
            continue
        for effect in one["effects"]:
            row: list[object] = [*where, _kept(effect), microseconds(effect[_LAST]["worst_ms"])]
            cuts.setdefault((effect["kind"], effect["name"]), []).append(row)
    ranked = sorted(cuts.items(), key=lambda cut: (-_broken(cut[1]), cut[0]))
    return {
        "phases": [phase.value for phase in Phase],
        "directions": len(survival["pairs"]),
        "cuts": [[kind, name, *map(list, zip(*rows, strict=True))]
                 for (kind, name), rows in ranked],
    }  # fmt: skip


def _kept(effect: Plain) -> int:
    return sum(
        1 << bit
        for bit, phase in enumerate(Phase)
        if effect[phase.value]["verdict"] == Verdict.PASS.value
    )


def _broken(rows: Sequence[Sequence[object]]) -> int:
    last = 1 << (len(Phase) - 1)
    return sum(not (isinstance(row[2], int) and row[2] & last) for row in rows)
