"""What is said of small networks whose faults are known."""

from __future__ import annotations

import pytest

from netkit.model.srv6.route import Arc, Hop, Route
from netkit.monitor.locate.evidence import Evidence, LossCount, Quantity, Shift, Statement
from netkit.monitor.locate.locate import locate

_SIGMA_NS = 10_000.0


def over(*names: str) -> Route:
    """A route over links of these names, each in its one direction."""
    return Route((tuple(Hop((one, "x"), f"{n}", f"{n + 1}") for n, one in enumerate(names)),))


def hashed(*names: str) -> Route:
    """A route over one of these links."""
    return Route((tuple(Hop((one, "x"), "s", "t", 1 / len(names)) for one in names),))


def slower(flow: str, route: Route, by_ns: float) -> Evidence:
    said = Statement.CHANGED if abs(by_ns) > 100_000 else Statement.UNCHANGED
    return Evidence(flow, route, said, Shift(by_ns, _SIGMA_NS))


def lossy(flow: str, route: Route, lost: int, said: Statement) -> Evidence:
    return Evidence(flow, route, said, LossCount(1000, lost, 1e-4))


def link(name: str) -> tuple[Arc, ...]:
    return ((name, "x"),)


def test_the_link_that_slow_flows_share_and_quick_ones_avoid() -> None:
    found = locate(
        Quantity.DELAY,
        [
            slower("1", over("a", "b"), 2e6),
            slower("2", over("b", "c"), 2.01e6),
            slower("3", over("a", "d"), 0),
            slower("4", over("c", "d"), 5_000),
        ],
    )
    assert found.smallest == ((link("b"),),)
    best = found.explanations[0]
    assert best.faults == (link("b"),)
    assert best.posterior > 0.99
    assert best.sizes[0] == pytest.approx(2e6, rel=0.02)
    assert best.unexplained == ()


def test_links_in_a_row_are_one_suspect_and_none_is_preferred() -> None:
    found = locate(
        Quantity.DELAY, [slower("1", over("a", "b", "c"), 3e6), slower("2", over("c"), 0)]
    )
    assert [one.arcs for one in found.suspects] == [(("a", "x"), ("b", "x"))]
    assert found.smallest == (((("a", "x"), ("b", "x")),),)


def test_sizes_tell_links_apart_that_sets_do_not() -> None:
    """Each flow crosses a and something else of its own; a slows both by the same."""
    evidence = [
        slower("1", over("a", "b"), 2e6),
        slower("2", over("a", "c"), 2e6),
        slower("3", over("b"), 0),
    ]
    assert locate(Quantity.DELAY, evidence).explanations[0].faults == (link("a"),)
    evidence[1] = slower("2", over("a", "c"), 5e6)
    assert locate(Quantity.DELAY, evidence).explanations[0].faults == (link("a"), link("c"))


def test_the_other_branch_is_no_alibi() -> None:
    """A flow that ECMP may have taken elsewhere exonerates nothing."""
    evidence = [
        slower("1", over("a", "b"), 2e6),
        slower("2", hashed("b", "c"), 0),
        slower("3", over("a"), 0),
    ]
    found = locate(Quantity.DELAY, evidence)
    assert found.smallest == ((link("b"),),)
    assert found.explanations[0].faults == (link("b"),)


def test_unknown_flows_say_nothing() -> None:
    silent = Evidence("3", over("b"), Statement.UNKNOWN, None)
    found = locate(Quantity.DELAY, [slower("1", over("a", "b"), 2e6), silent])
    assert found.unknown == 1
    assert [one.arcs for one in found.suspects] == [(("a", "x"), ("b", "x"))]


def test_a_change_that_no_link_explains_is_named() -> None:
    found = locate(Quantity.DELAY, [slower("1", over("a"), 2e6), *(
        slower(str(n), over("a"), 0) for n in range(2, 6)
    )])  # fmt: skip
    assert found.excluded == ("1",)
    assert found.smallest == ()
    assert found.nothing > 0.5


def test_one_flow_accuses_its_link_only_where_flows_do_not_change_by_themselves() -> None:
    lone = slower("lone", over("b"), 2e6)
    still = [slower(str(n), over("a"), 0) for n in range(2000)]
    (suspect,) = locate(Quantity.DELAY, [lone, *still]).suspects
    assert (suspect.arcs, suspect.posterior > 0.5) == (link("b"), True)
    restless = [slower("odd", over("a"), 2e6), lone, *still]
    (suspect,) = locate(Quantity.DELAY, restless).suspects
    assert suspect.posterior < 0.5
    both = [slower("again", over("b"), 2e6), *restless]
    assert locate(Quantity.DELAY, both).suspects[0].posterior > 0.99


def test_nothing_changed() -> None:
    found = locate(Quantity.DELAY, [slower("1", over("a"), 0)])
    assert (found.changed, found.suspects, found.smallest, found.nothing) == ((), (), (), 1.0)


def test_losses_multiply() -> None:
    """Two links that lose a tenth each lose 19 % together."""
    both, one = int(1000 * 0.19), 100
    found = locate(
        Quantity.LOSS,
        [
            lossy("1", over("a", "b"), both, Statement.CHANGED),
            lossy("2", over("a", "c"), one, Statement.CHANGED),
            lossy("3", over("b", "d"), one, Statement.CHANGED),
            lossy("4", over("c", "d"), 0, Statement.UNCHANGED),
        ],
    )
    best = found.explanations[0]
    assert best.faults == (link("a"), link("b"))
    assert best.sizes == pytest.approx((0.1, 0.1), abs=0.015)


def test_what_clocks_do_to_all_flows_of_a_site_is_no_fault() -> None:
    small = [slower("1", over("a", "b"), 2e6), slower("2", over("b"), 0)]
    small += [
        Evidence(str(n), over("c", str(n)), Statement.UNCHANGED, Shift(50_000.0, 5_000.0))
        for n in range(3, 9)
    ]
    found = locate(Quantity.DELAY, small, least=300_000)
    assert found.explanations[0].faults == (link("a"),)


def test_quantities_are_not_mixed() -> None:
    mixed = [
        slower("1", over("a"), 2e6),
        lossy("2", over("a"), 50, Statement.CHANGED),
    ]
    with pytest.raises(ValueError, match="not one quantity"):
        locate(Quantity.DELAY, mixed)
