"""Over which SIDs a flow's probes go, and its replies come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address

from netkit.errors import Problem
from netkit.files.campaigns.plan_lists import PlanLists
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import IGP

_REMEDY = "Take a file of `netkit plan --json` that has the pair."


@dataclass(frozen=True, slots=True)
class Way:
    """SIDs in the order visited, none by IGP, and the name of the list in its plan."""

    segments: tuple[str, ...] = ()
    segment_list: str | None = None


BY_IGP = Way()


@dataclass(frozen=True, slots=True)
class Ends:
    """A pair of sites, in the direction that is asked for, and where it was asked for."""

    src: Site
    dst: Site
    file: str
    line: int | None

    def turned(self) -> Ends:
        """The other direction."""
        return replace(self, src=self.dst, dst=self.src)

    def problem(self, what: str, expected: str | None = None, remedy: str | None = None) -> Problem:
        """Something that cannot be had for this pair."""
        pair = f"{self.src.name} to {self.dst.name}"
        return Problem(self.file, self.line, what, pair, expected, remedy)


def ways(
    asked: str | tuple[str, ...],
    ends: Ends,
    plan: PlanLists | None,
    bound_us: int | None,
    problems: list[Problem],
) -> tuple[Way, ...]:
    """Every list that ``asked`` stands for, of several demands that of ``bound_us``; what cannot be
    had is added to ``problems``."""
    if asked == IGP:
        return (BY_IGP,)
    problems += _unroutable(ends)
    if not isinstance(asked, str):
        return (Way(asked),)
    if plan is None:
        problems.append(ends.problem(f"no plan has its {asked} path", "plan: a file"))
        return ()
    if ends.src.node is None or ends.dst.node is None:
        problems.append(ends.problem(f"its {asked} path", "sites with node:"))
        return ()
    key = (ends.src.node, ends.dst.node, asked)
    lists = plan.lists.get(key, ())
    if bound_us is not None:
        lists = plan.bounded.get((*key, bound_us), lists)
    if not lists:
        what = f"the plan has no {asked} path"
        if key in plan.compressed:
            what = f"the {asked} path is pushed as uSIDs, whose last container decapsulates"
        problems.append(ends.problem(what, None, _REMEDY))
    if len(lists) == 1:
        return (Way(lists[0], asked),)
    return tuple(Way(sids, f"{asked}-{number}") for number, sids in enumerate(lists, start=1))


def _unroutable(ends: Ends) -> Iterator[Problem]:
    """Segments are of IPv6: a site of IPv4 addresses alone has no way over them."""
    addresses = ends.dst.addresses
    if addresses and all(map(is_ipv4, addresses)):
        yield ends.problem("segments need IPv6", f"an IPv6 address of {ends.dst.name}")


def is_ipv4(word: str) -> bool:
    """Whether it is an IPv4 literal."""
    try:
        IPv4Address(word)
    except AddressValueError:
        return False
    return True
