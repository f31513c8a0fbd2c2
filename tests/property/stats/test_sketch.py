"""Sketches against the exact percentile, and merging in any order."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.errors import InputError
from netkit.stats.running.sketch import Sketch
from netkit.stats.running.sliding import SlidingSketch

ROUNDING = 1 + 1e-9
VALUES = st.lists(
    st.integers(-(2**62), 2**62) | st.integers(-1000, 1000) | st.integers(10**6, 10**8),
    min_size=1,
    max_size=200,
)
ERRORS = st.sampled_from((0.001, 0.01, 0.05))
PERCENTS = st.sampled_from((0, 0.1, 1, 50, 90, 99, 99.9, 100)) | st.floats(0, 100)


def sketch_of(values: list[int], relative_error: float = 0.01) -> Sketch:
    sketch = Sketch(relative_error)
    sketch.add(np.array(values, dtype=np.int64))
    return sketch


@settings(max_examples=examples(300, one_in=3))
@given(VALUES, ERRORS, PERCENTS)
def test_every_percentile_is_within_the_stated_error(
    values: list[int], relative_error: float, percent: float
) -> None:
    rank = max(1, math.ceil(Fraction(str(percent)) * len(values) / 100))
    exact = sorted(values)[rank - 1]
    found = sketch_of(values, relative_error).percentile(percent)
    assert found is not None
    assert abs(found - exact) <= relative_error * abs(exact) * ROUNDING


@given(VALUES, VALUES, VALUES)
def test_merging_is_adding_in_any_order(a: list[int], b: list[int], c: list[int]) -> None:
    whole = sketch_of(a + b + c)
    one, two, three = map(sketch_of, (a, b, c))
    assert one.merge(two).merge(three) == whole
    assert three.merge(one.merge(two)) == whole
    assert one.merge(Sketch()) == one == sketch_of(a)


@given(VALUES)
def test_there_and_back_through_json(values: list[int]) -> None:
    sketch = sketch_of(values)
    text = json.dumps(sketch.to_document())
    assert Sketch.from_document(json.loads(text)) == sketch
    assert json.dumps(sketch_of(values[::-1]).to_document()) == text


def test_memory_is_bounded_by_the_range_and_not_by_the_count() -> None:
    rng = np.random.default_rng(1)
    sketch = Sketch()
    for _ in range(20):
        sketch.add((rng.weibull(0.6, 50_000) * 1e6).astype(np.int64))
    assert sketch.count == 1_000_000
    assert len(sketch.positive) < 1500
    widest = sketch_of([1, 2**63 - 1])
    assert max(widest.positive) - min(widest.positive) <= 2184
    assert sketch_of([-(2**63)]).percentile(50) == -(2**63)


def test_nothing_and_nonsense() -> None:
    assert Sketch().percentile(50) is None
    assert Sketch.from_document(Sketch().to_document()) == Sketch()
    good = sketch_of([1, 2, -3]).to_document()
    for bad in ({}, good | {"schema": "x"}, good | {"count": 4}, good | {"positive": 3},
                good | {"positive": [["a", 1]]}, good | {"relative_error": 2}):  # fmt: skip
        with pytest.raises(InputError):
            Sketch.from_document(bad)
    for refused in (
        lambda: Sketch().percentile(101),
        lambda: Sketch(0),
        lambda: Sketch(0.01).merge(Sketch(0.02)),
        lambda: SlidingSketch(0, 5),
    ):
        with pytest.raises(InputError):
            refused()


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(-100, 10**6)), min_size=1, max_size=80),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(1, 50),
)
def test_windows_hold_what_their_slots_held(
    timed: list[tuple[int, int]], slots: int, start: int, length: int
) -> None:
    sliding, kept, newest = SlidingSketch(10, slots), [], -1
    for time, value in timed:
        sliding.add(np.array([time]), np.array([value]))
        if time // 10 > newest - slots:
            kept.append((time, value))
        newest = max(newest, time // 10)
    kept = [(time, value) for time, value in kept if time // 10 > newest - slots]
    first, last = start // 10, (start + length - 1) // 10
    inside = [value for time, value in kept if first <= time // 10 <= last]
    window = sliding.over(start, start + length)
    assert window == (sketch_of(inside) if inside else Sketch())
    assert len(list(sliding.slots())) <= slots
