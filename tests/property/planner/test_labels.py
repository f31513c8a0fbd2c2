"""Which labels are dropped, against the definition of dominance applied to every two of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netkit.planner.search.labels import Labels, joined, undominated

ROWS = st.integers(1, 3).flatmap(
    lambda sums: st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 1), st.integers(0, 3),
            st.tuples(*[st.integers(0, 3)] * sums),
        ),
        min_size=1,
        max_size=14,
    )
)  # fmt: skip


def labels_of(rows, first=0):
    """One label a row, with its number as its only step."""
    at, visited, cost, sums = zip(*rows, strict=True)
    steps = np.arange(first, first + len(rows))[:, None]
    return Labels(
        np.array(at), np.array(visited), np.array(cost, float), np.array(sums, float).T, steps
    )


def dominated(row, number, rows):
    """By one of no greater metric and sums that comes before it by (metric, delay, order)."""
    place = (row[2], row[3][0], number)
    return any(
        other[:2] == row[:2]
        and (other[2], other[3][0], before) < place
        and all(a <= b for a, b in zip(other[3], row[3], strict=True))
        for before, other in enumerate(rows)
    )


@given(ROWS)
def test_exactly_the_dominated_are_dropped_and_the_order_stays(rows):
    expected = [number for number, row in enumerate(rows) if not dominated(row, number, rows)]
    assert undominated(labels_of(rows)).steps[:, 0].tolist() == expected


@given(ROWS, st.data())
def test_labels_of_several_moves_stand_in_order_of_their_steps(rows, data):
    cut = data.draw(st.integers(0, len(rows) - 1))
    parts = [labels_of(rows[cut:], cut), *([labels_of(rows[:cut])] if cut else [])]
    whole, again = labels_of(rows), joined(parts)
    for name in ("at", "visited", "cost", "sums", "steps"):
        assert np.array_equal(getattr(again, name), getattr(whole, name))
