"""Which way the losses of a stream went: told by the probes around them as by all there are."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome
from netkit.probe.sender.loss_direction import directions
from netkit.probe.stream.losses import LossDirections
from netkit.probe.stream.rows import ROWS
from netkit.stats.sample_arrays import OUTCOME_CODE

SIZE, BLOCK = 1 << 15, 1 << 10
LOST = OUTCOME_CODE[Outcome.LOST]
FORWARD, BACKWARD = OUTCOME_CODE[Outcome.LOST_FORWARD], OUTCOME_CODE[Outcome.LOST_BACKWARD]
OWN = (12 * BLOCK, 13 * BLOCK)


class Path:
    """``fates`` of the probes of a ring, 0 for an answer, and the numbers that a reflector gave."""

    def __init__(
        self, fates: NDArray[np.uint8], order: NDArray[np.int64], restart: int | None = None
    ) -> None:
        """``order`` is that of their arrivals; the reflector begins anew at one of them."""
        self.fates = fates
        there = order[fates[order] != FORWARD]
        number = np.full(len(fates), -1)
        number[there] = np.arange(len(there))
        if restart is not None:
            number[there[restart:]] -= restart
        self.answered = np.flatnonzero(fates == 0)
        self.silent = np.flatnonzero(fates != 0)
        self.numbers = number[self.answered]

    def fed(self) -> LossDirections:
        """What answers told, in the order of the probes."""
        rows, silent = np.zeros(SIZE, ROWS), self.fates != 0
        rows["answers"] = ~silent
        for field in ("sequence", "lowest"):
            rows[field][self.answered] = self.numbers
        losses = LossDirections(rows, silent, BLOCK)
        losses.begin(0, SIZE)
        losses.learn(self.answered, self.numbers)
        return losses

    def told_by_all(self) -> NDArray[np.uint8]:
        """The codes of all probes."""
        codes = np.full(SIZE, LOST, np.uint8)
        forward, backward = directions(
            self.silent, self.answered, self.numbers, self.numbers, from_start=True
        )
        codes[self.silent[forward]] = FORWARD
        codes[self.silent[backward]] = BACKWARD
        return codes

    def own(self, codes: NDArray[np.uint8]) -> list[int]:
        """Those of the lost probes that are to be decided."""
        return codes[self.silent[(self.silent >= OWN[0]) & (self.silent < OWN[1])]].tolist()


def fates_of(seed: int, share: float) -> NDArray[np.uint8]:
    random = np.random.default_rng(seed)
    fates = np.zeros(SIZE, np.uint8)
    lost = random.random(SIZE) < share
    fates[lost] = random.choice([FORWARD, BACKWARD], int(lost.sum()))
    return fates


def overtaken(seed: int, share: float, most: int) -> NDArray[np.int64]:
    """The order of arrival where some are later by up to so many places."""
    random = np.random.default_rng(seed)
    late = (random.random(SIZE) < share) * random.integers(0, most + 1, SIZE)
    return np.argsort(np.arange(SIZE) + late, kind="stable")


@settings(max_examples=examples(60, one_in=3), deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.001, 0.05, 0.4]))
def test_in_order_those_around_tell_what_all_do(seed: int, share: float) -> None:
    path = Path(fates_of(seed, share), np.arange(SIZE))
    losses = path.fed()
    assert losses.told_near(*OWN, (0, SIZE))
    assert path.own(losses.codes) == path.own(path.told_by_all())


def test_out_of_order_they_are_wrong_no_oftener_and_know_as_much() -> None:
    """They tell what all do, but where it depends on which answers are taken for near ones."""
    random = np.random.default_rng(7)
    near, wrong, unknown, total = 0, np.zeros(2, np.int64), np.zeros(2, np.int64), 0
    for seed in range(40):
        share, most = random.choice([1e-4, 0.01, 0.1, 1.0]), int(np.exp(random.uniform(0, 8)))
        path = Path(fates_of(seed, 0.01), overtaken(seed + 1, share, most))
        losses = path.fed()
        if losses.told_near(*OWN, (0, SIZE)):
            near += 1
        else:
            for _ in losses.telling(*OWN, (0, SIZE)):
                pass
        both = np.array([path.own(losses.codes), path.own(path.told_by_all())])
        wrong += ((both != path.own(path.fates)) & (both != LOST)).sum(axis=1)
        unknown += (both == LOST).sum(axis=1)
        total += both.shape[1]
    assert near >= 36
    assert total > 300
    assert wrong[0] <= wrong[1] + 1 <= 3
    assert abs(int(unknown[0] - unknown[1])) <= 0.02 * total


@pytest.mark.parametrize("life", [11 * BLOCK, 12 * BLOCK + 500, 14 * BLOCK])
def test_where_a_reflector_began_anew_all_there_is_is_asked(life: int) -> None:
    """Its numbers are those of earlier ones: nothing can be told."""
    path = Path(fates_of(1, 0.01), np.arange(SIZE), restart=life)
    losses = path.fed()
    assert not losses.told_near(*OWN, (0, SIZE))
    for _ in losses.telling(*OWN, (0, SIZE)):
        pass
    assert set(path.own(losses.codes)) == {LOST}


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_an_outage_is_told_by_what_is_beyond_it(way: int) -> None:
    fates = fates_of(2, 0.0)
    fates[6 * BLOCK : 20 * BLOCK] = way
    path = Path(fates, np.arange(SIZE))
    losses = path.fed()
    assert not losses.told_near(*OWN, (0, SIZE))
    steps = sum(1 for _ in losses.telling(*OWN, (0, SIZE)))
    assert steps < SIZE // BLOCK
    assert set(path.own(losses.codes)) == {way}


def test_a_number_that_another_answer_took_is_not_missing() -> None:
    """The copy of a probe far away came as one of these was lost on its way there."""
    fates = np.zeros(SIZE, np.uint8)
    lost = OWN[0] + 100
    fates[lost] = BACKWARD
    path = Path(fates, np.arange(SIZE))
    losses = path.fed()
    losses.learn_again(100, lost)
    assert not losses.told_near(*OWN, (0, SIZE))
    for _ in losses.telling(*OWN, (0, SIZE)):
        pass
    assert path.own(losses.codes) == [FORWARD]


def test_copies_of_probes_are_not_kept_for_ever() -> None:
    """Of a run without end in which all come twice and none is lost."""
    size = 1 << 8
    losses = LossDirections(np.zeros(size, ROWS), np.zeros(size, np.bool_), size // 16)
    tracemalloc.start()
    try:
        for first in range(0, 60 * size, size // 16):
            probes = np.arange(first, first + size // 16)
            losses.begin(first, first + size // 16)
            losses.learn(probes, 2 * probes)
            for probe in probes.tolist():
                losses.learn_again(probe, 2 * probe + 1)
        kept_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept_bytes < 8 * 8 * size
