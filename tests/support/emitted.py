"""What tests of all dialects do to a state: carry, render, read back."""

from __future__ import annotations

from ipaddress import IPv6Address

from netkit.emit.dialect import Carried, Dialect
from netkit.errors import InputError
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

HOSTILE = (
    "to far", "what?", 'quo"te', "semi;colon", "}", "line\nbreak", "-->", "*/ system", "# hash",
    "北京", "x" * 200, "y" * 200, "", "-", "'", "\\", "<a>&b;",
)  # fmt: skip
"""Names that would mean something else in the files of some platform, or do not fit."""


def read_back(dialect: Dialect, state: RouterState) -> Carried:
    """Each file by itself, and both together, say what was carried, all of it, and nothing else;
    what is carried is carried whole, and gives the same bytes."""
    carried = dialect.carried(state)
    files = dialect.render(carried)
    for given in (*({suffix: text} for suffix, text in files.items()), files):
        parsed = dialect.parse(given, state.router)
        assert parsed.state == carried.state
        assert parsed.foreign == ()
    assert dialect.carried(carried.state).state == carried.state
    assert dialect.render(dialect.carried(state)) == files
    return carried


def hostile_state(state: RouterState) -> RouterState:
    """``state`` with a policy, a path and a list of each hostile name."""
    segments = (SegmentState(IPv6Address("5f00:0:2:1::")),)
    policies = tuple(
        PolicyState(
            name, 20_000 + number, IPv6Address("5f00:0:2::1"),
            (CandidatePathState(100, (WeightedList(name, 1, segments),), None, name),),
        )
        for number, name in enumerate(HOSTILE)
    )  # fmt: skip
    return RouterState("ha\nrbin -->", state.source, state.locators, state.sids, policies)


def problems_of(dialect: Dialect, suffix: str, text: str) -> list[tuple[int | None, str]]:
    """Lines and words of everything that is wrong with a file."""
    try:
        dialect.parse({suffix: text}, "harbin")
    except InputError as error:
        return [(one.line, str(one)) for one in error.problems]
    return []
