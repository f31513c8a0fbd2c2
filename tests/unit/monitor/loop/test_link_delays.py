import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.monitor.loop.link_delays import PathDelay, link_delays, resolution

A, B, C, D = (("ab", "a"), ("bc", "b"), ("cd", "c"), ("de", "d"))


def test_a_path_of_one_link_is_that_link():
    (found,) = link_delays([PathDelay((A,), 1234.5, 7.0)], {A: 1000})
    assert (found.delay_us, found.uncertainty_us, found.alone) == (1234.5, 7.0, True)


def test_links_are_told_by_differences_and_their_uncertainties_add_up():
    paths = [PathDelay((A, B), 3000, 10), PathDelay((A,), 1000, 5)]
    found = {one.link: one for one in link_delays(paths, {A: 1, B: 1})}
    assert found[B].delay_us == pytest.approx(2000)
    assert found[B].uncertainty_us == pytest.approx(15)


def test_of_links_that_only_their_sum_is_known_of_the_sum_is_exact():
    found = link_delays([PathDelay((A, B), 3200, 10)], {A: 1000, B: 2000})
    assert [one.alone for one in found] == [False, False]
    assert sum(one.delay_us for one in found) == pytest.approx(3200)
    assert [one.delay_us for one in found] == pytest.approx([1100, 2100])


def test_behind_a_router_without_a_probe_nothing_is_told_by_itself():
    """Three probes around x, each pair both ways: in and out of x differ by a constant unseen."""
    ends = "str"
    paths = [((f"{i}x", i), (f"{o}x", "x")) for i in ends for o in ends if i != o]
    told = resolution(paths)
    assert not told.alone
    assert len(told.together) == 1
    assert len(told.together[0]) == 6


def test_a_probe_on_a_link_of_it_breaks_the_tie():
    paths = [[A, B], [A], [B, C], [D, C]]
    told = resolution(paths)
    assert told.alone == {A, B, C, D}


@given(
    st.lists(st.lists(st.sampled_from([A, B, C, D]), min_size=1, max_size=4), max_size=8), st.data()
)
def test_every_measured_sum_is_kept_and_told_links_are_right(paths, data):
    truth = {link: data.draw(st.integers(1, 20_000)) for link in (A, B, C, D)}
    believed = {link: data.draw(st.integers(1, 20_000)) for link in (A, B, C, D)}
    measured = [PathDelay(tuple(one), sum(truth[link] for link in one), 1.0) for one in paths]
    found = {one.link: one for one in link_delays(measured, believed)}
    for one in measured:
        assert np.isclose(sum(found[link].delay_us for link in one.links), one.delay_us)
    for link, one in found.items():
        assert one.alone == (link in resolution(paths).alone)
        if one.alone:
            assert np.isclose(one.delay_us, truth[link])
