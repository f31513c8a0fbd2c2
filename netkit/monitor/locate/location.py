"""What is said of where a change comes from: suspects, explanations, what cannot be told apart."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.srv6.route import Arc
from netkit.monitor.locate.evidence import Quantity


@dataclass(frozen=True, slots=True)
class Suspect:
    """Arcs that no measurement here tells apart; one of them is meant, none is preferred.

    ``posterior`` is the chance that some of them changed.
    """

    arcs: tuple[Arc, ...]
    posterior: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A set of faults, one in each of ``faults``, and what it leaves open.

    ``sizes`` is what each adds, with standard uncertainties ``sigmas``; in ns, of losses as shares
    of 1. ``unexplained`` flows changed and cross none of the faults.
    """

    faults: tuple[tuple[Arc, ...], ...]
    posterior: float
    sizes: tuple[float, ...]
    sigmas: tuple[float, ...]
    unexplained: tuple[str, ...]


@dataclass(frozen=True)
class Location:
    """``explanations`` and ``suspects`` are most likely first.

    ``nothing`` is the posterior of no fault in any link. ``smallest`` are all sets of least size
    that explain every changed flow by links that are not exonerated, each by groups of arcs that
    look alike; empty if even ``largest`` faults do not. ``excluded`` flows changed although every
    link that they may have crossed is exonerated: not a link, or a route that is not in force.
    """

    quantity: Quantity
    changed: tuple[str, ...]
    unchanged: int
    unknown: int
    explanations: tuple[Explanation, ...]
    suspects: tuple[Suspect, ...]
    nothing: float
    smallest: tuple[tuple[tuple[Arc, ...], ...], ...]
    excluded: tuple[str, ...]
