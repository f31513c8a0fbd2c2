"""The worked examples of the RFCs on loss patterns, reordering and duplication."""

from __future__ import annotations

import numpy as np
import pytest

from netkit.stats.delay import achieved_schedule, ipdv_adjacent
from netkit.stats.loss import duplication_fraction, replicated_packet_rate
from netkit.stats.loss_patterns import (
    loss_distances,
    loss_gaps,
    loss_pattern,
    loss_periods,
    loss_ratio,
    loss_runs,
    noticeable_loss_rate,
)
from netkit.stats.reordering import (
    extents,
    free_runs,
    late_times,
    n_reordered_ratio,
    n_reordering,
    reordered,
    reordering,
)

RFC_3357 = np.isin(np.arange(1, 11), (2, 5, 7, 9, 10))  # packets 2, 5, 7, 9 and 10 are lost


def test_rfc_3357_worked_example() -> None:
    assert list(loss_distances(RFC_3357)) == [0, 3, 2, 2, 1]
    assert list(loss_periods(RFC_3357)) == [1, 2, 3, 4, 4]
    assert list(loss_runs(RFC_3357)) == [1, 1, 1, 2]
    assert list(loss_gaps(RFC_3357)) == [3, 2, 2]
    assert noticeable_loss_rate(RFC_3357, 2) == 3 / 5
    assert loss_ratio(RFC_3357) == 0.5
    pattern = loss_pattern(RFC_3357)
    assert pattern is not None
    assert (pattern.sent, pattern.lost, pattern.ratio, pattern.runs) == (10, 5, 0.5, 4)
    assert (pattern.longest_run, pattern.mean_run, pattern.shortest_gap) == (2, 1.25, 2)


@pytest.mark.parametrize(
    ("lost", "sent", "rate"),
    [
        ((50, 125, 126, 127), 200, 3 / 4),  # all three of the burst are noticeable
        ((100, 200, 300, 400, 500), 500, 0),
        ((100, 175, 275, 290, 400), 500, 2 / 5),  # those at 175 and 290
    ],
)
def test_noticeable_losses_of_rfc_3357_section_6_1(
    lost: tuple[int, ...], sent: int, rate: float
) -> None:
    assert noticeable_loss_rate(np.isin(np.arange(1, sent + 1), lost), 99) == rate


def test_nothing_lost_and_nothing_sent_are_not_the_same() -> None:
    none, nothing = np.zeros(5, dtype=bool), np.zeros(0, dtype=bool)
    pattern = loss_pattern(none)
    assert pattern is not None
    assert (pattern.ratio, pattern.runs, pattern.longest_run) == (0.0, 0, 0)
    assert (pattern.mean_run, pattern.shortest_gap) == (None, None)
    assert noticeable_loss_rate(none, 1) is None
    assert loss_pattern(nothing) is None
    assert reordering(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)) is None


def test_rfc_4737_packet_4_comes_after_8() -> None:
    """§7.1, table 1: sent every 20 ms, 68 ms under way; packet 4 takes 150 ms."""
    numbers = np.array([1, 2, 3, 5, 6, 7, 8, 4, 9, 10])
    arrivals = np.array([68, 88, 108, 148, 168, 188, 208, 210, 228, 248])
    assert list(numbers[reordered(numbers)]) == [4]
    assert list(extents(numbers)) == [4]
    assert list(late_times(numbers, arrivals)) == [62]
    assert list(n_reordering(numbers)) == [0, 0, 0, 0, 0, 0, 0, 4, 0, 0]
    assert n_reordered_ratio(numbers, 3) == 0.1
    assert n_reordered_ratio(numbers, 5) == 0.0
    assert list(free_runs(numbers)) == [7]
    figures = reordering(numbers, arrivals)
    assert figures is not None
    assert (figures.arrived, figures.reordered, figures.ratio) == (10, 1, 0.1)
    assert (figures.max_extent, figures.max_late_ns, figures.max_n) == (4, 62, 4)


def test_rfc_4737_two_packets_behind_one() -> None:
    """§7.2, table 2: packets 5 and 6 come just behind 7."""
    numbers = np.array([1, 2, 3, 4, 7, 5, 6, 8, 9, 10])
    arrivals = np.array([68, 88, 108, 128, 188, 189, 190, 208, 228, 248])
    assert list(numbers[reordered(numbers)]) == [5, 6]
    assert list(extents(numbers)) == [1, 2]
    assert list(late_times(numbers, arrivals)) == [1, 2]
    assert list(n_reordering(numbers)[reordered(numbers)]) == [1, 0]


def test_rfc_4737_three_packets_far_behind() -> None:
    """§7.3, table 3: only packet 4 would make a TCP that waits for three or four retransmit."""
    numbers = np.array([1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11])
    arrivals = np.array([68, 88, 108, 188, 208, 228, 248, 250, 252, 256, 268])
    assert list(numbers[reordered(numbers)]) == [4, 5, 6]
    assert list(extents(numbers)) == [4, 5, 6]
    assert list(late_times(numbers, arrivals)) == [62, 64, 68]
    assert list(n_reordering(numbers)[reordered(numbers)]) == [4, 0, 0]


def test_rfc_4737_free_runs() -> None:
    """§7.4, table 4."""
    numbers = np.array([1, 2, 3, 6, 7, 4, 5, 8, 9, 10, 12, 13, 11, 14, 15, 16])
    assert list(numbers[reordered(numbers)]) == [4, 5, 11]
    assert list(extents(numbers)) == [2, 3, 2]
    assert list(free_runs(numbers)) == [5, 0, 5]


@pytest.mark.parametrize(
    ("numbers", "late", "extent", "degree"),
    [
        ([3, 2, 1], [2, 1], [1, 2], [1, 2]),
        ([1, 2, 2, 3], [2], [1], [0]),  # a copy, behind its original
        ([1, 5, 9], [], [], []),  # gaps are loss
    ],
)
def test_reordering_by_hand(
    numbers: list[int], late: list[int], extent: list[int], degree: list[int]
) -> None:
    arrived = np.array(numbers)
    flags = reordered(arrived)
    assert list(arrived[flags]) == late
    assert list(extents(arrived)) == extent
    assert list(n_reordering(arrived)[flags]) == degree


@pytest.mark.parametrize(
    ("arrived", "fraction", "rate"),
    [
        ((1, 2, 3, 4), 0, 0),
        ((1, 1, 2, 2, 3, 3, 4, 4), 1, 1),
        ((1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4), 2, 1),
        ((1, 1, 1, 2, 3, 3, 3, 4), 1, 0.5),
        ((1, 2, 3, 4, 4, 3, 2, 1), 1, 1),
    ],
)
def test_the_cases_of_rfc_5560_section_5_3(
    arrived: tuple[int, ...], fraction: float, rate: float
) -> None:
    arrivals = np.bincount(arrived)[1:]
    assert duplication_fraction(arrivals) == fraction
    assert replicated_packet_rate(arrivals) == rate


def test_lost_packets_were_not_duplicated() -> None:
    arrivals = np.array([1, 2, 0, 1, 3])  # the third is lost, the second and fifth were copied
    assert duplication_fraction(arrivals) == 3 / 4
    assert replicated_packet_rate(arrivals) == 2 / 4
    assert duplication_fraction(np.array([0, 0])) is None
    assert replicated_packet_rate(np.array([], dtype=np.int64)) is None


def test_variation_of_packets_sent_one_after_the_other() -> None:
    sequences, delays = np.array([0, 1, 3, 4]), np.array([10, 25, 5, 9])
    assert list(ipdv_adjacent(sequences, delays)) == [15, 4]


def test_the_schedule_achieved() -> None:
    done = achieved_schedule(np.array([0, 10, 20]), np.array([1, 10, 24]))
    assert done is not None
    assert (done.error.min_ns, done.error.max_ns) == (0, 4)
    assert done.gap is not None
    assert (done.gap.min_ns, done.gap.max_ns) == (9, 14)
    assert achieved_schedule(np.array([], dtype=np.int64), np.array([], dtype=np.int64)) is None
