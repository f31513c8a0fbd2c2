"""Directions of losses: by the rule of RFC 8762's counters in order, never wrong out of order."""

from __future__ import annotations

from itertools import pairwise

from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netkit.model.measurement.sample import Outcome
from netkit.probe.sender.loss_direction import attribute_losses

FORWARD, BACKWARD, LOST = Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD, Outcome.LOST
FATES = st.sampled_from([None, None, None, FORWARD, BACKWARD])


def most_overtaken(arrivals: list[int]) -> int:
    """By how much younger a probe any of them, which are in order of arrival, was overtaken."""
    highest, most = 0, 0
    for sequence in arrivals:
        most, highest = max(most, highest - sequence), max(highest, sequence)
    return most


def one_by_one(unanswered: list[int], numbers: dict[int, int]) -> dict[int, Outcome]:
    """The rule where nothing was out of order: between each two answers, m probes and k numbers."""
    told = dict.fromkeys(unanswered, LOST)
    first = min(numbers)
    ends = [(-1, -1)] if numbers[first] <= sum(gone < first for gone in unanswered) else []
    for (after, low), (before, high) in pairwise([*ends, *sorted(numbers.items())]):
        gap = [gone for gone in unanswered if after < gone < before]
        missing = high - low - 1
        if missing in (0, len(gap)) or missing > len(gap):
            told.update(dict.fromkeys(gap, BACKWARD if missing else FORWARD))
    return told


@given(st.lists(FATES, max_size=40), st.integers(0, 5))
def test_in_order_the_numbers_between_two_answers_tell(
    fates: list[Outcome | None], known: int
) -> None:
    """``known``: the reflector has met the session before."""
    arrived = [sequence for sequence, fate in enumerate(fates) if fate is not FORWARD]
    numbers = {sequence: known + place for place, sequence in enumerate(arrived)}
    unanswered = [sequence for sequence, fate in enumerate(fates) if fate is not None]
    answered = {n: numbers[n] for n in numbers if n not in unanswered}
    assume(answered)
    replies = {sequence: [number] for sequence, number in answered.items()}
    found = attribute_losses(unanswered, replies, stateful=True)
    assert found == one_by_one(unanswered, answered)


@settings(max_examples=examples(400, one_in=3))
@given(st.lists(st.tuples(FATES, st.integers(0, 4)), max_size=60))
def test_out_of_order_no_direction_is_wrong(probes: list[tuple[Outcome | None, int]]) -> None:
    """As long as no lost probe was overtaken by younger ones than any that was answered."""
    fates = [fate for fate, _ in probes]
    order = sorted(range(len(probes)), key=lambda sequence: sequence + probes[sequence][1])
    arrived = [sequence for sequence in order if fates[sequence] is not FORWARD]
    replies = {n: [place] for place, n in enumerate(arrived) if fates[n] is None}
    assume(most_overtaken(arrived) == most_overtaken(list(replies)))
    unanswered = [sequence for sequence, fate in enumerate(fates) if fate is not None]
    found = attribute_losses(unanswered, replies, stateful=True)
    assert all(found[sequence] in (fates[sequence], LOST) for sequence in unanswered)


def test_far_away_overtaking_spoils_nothing() -> None:
    """One probe of 3000 was overtaken by hundreds; losses far from it are told all the same."""
    lost = {number: BACKWARD if number % 2 else FORWARD for number in range(5, 3000, 50)}
    order = sorted(range(3000), key=lambda number: number + 300.5 * (number == 100))
    arrived = [number for number in order if lost.get(number) is not FORWARD]
    replies = {n: [place] for place, n in enumerate(arrived) if n not in lost}
    found = attribute_losses(list(lost), replies, stateful=True)
    wrong = {number for number in lost if found[number] not in (lost[number], LOST)}
    unknown = {number for number in lost if found[number] is LOST}
    assert not wrong
    assert unknown
    assert max(unknown) < 1300
