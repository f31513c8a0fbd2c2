"""Samples of a pair, each laid beside what the lab knows of its probe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from netkit.lab.truth.crossings import GONE_AFTER_NS
from netkit.lab.truth.records import ProbeTruth, path_is_certified
from netkit.model.measurement.sample import Outcome, Sample
from netkit.model.srv6.segment_list import Certificate
from netkit.model.units import NS_PER_S
from netkit.probe.sender.result import RunEnd, SessionResult

LOST = frozenset({Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD})
"""Of a probe to which no reply came."""

_LATE_S, _POLL_S = 0.5, 0.1


@dataclass(frozen=True, slots=True)
class TracedSample:
    """A sample in true time, and the lab's record of the probe and of its reply; None where it saw
    neither. ``replied_ns`` is when the far host replied (ns since 1970), None if it never did."""

    sample: Sample
    forward: ProbeTruth | None
    backward: ProbeTruth | None
    replied_ns: int | None = None


@dataclass(frozen=True)
class PairMeasurement:
    """All probes of one pair; the samples of ``session`` are as the clocks of its hosts had
    them. ``unseen`` are the frames, of all pairs, that the lab itself lost meanwhile and has no
    record of."""

    src: str
    dst: str
    session: SessionResult
    traced: tuple[TracedSample, ...]
    unseen: int = 0

    def path_proven(self, forward: Certificate, backward: Certificate | None) -> bool:
        """Whether every received probe and reply crossed certified links only, end to end.

        Without a certificate for the way back only the probes are looked at. False if no probe
        came back: nothing is proven then.
        """
        received = self._received()
        return bool(received) and all(
            _proven(traced.forward, forward, self.src, self.dst)
            and (backward is None or _proven(traced.backward, backward, self.dst, self.src))
            for traced in received
        )

    @property
    def under_way(self) -> frozenset[tuple[int, str, int]]:
        """Probes and replies that have not come, and of which no link says that it lost them: by
        number, whom they are for, and over how many links they got. They may be on one yet."""
        return frozenset(
            (one.sample.sequence, end, 0 if truth is None else len(truth.hops))
            for one in self.traced
            if one.sample.outcome in LOST
            for end, truth in (
                (self.src, one.backward) if one.replied_ns is not None else (self.dst, one.forward),
            )
            if truth is None or truth.may_be_on_its_way_to(end)
        )

    def _received(self) -> list[TracedSample]:
        return [traced for traced in self.traced if traced.sample.outcome is Outcome.RECEIVED]


@dataclass(frozen=True)
class Measurement:
    """Every pair in the order asked, whole or as far as it got (see ``end``)."""

    pairs: tuple[PairMeasurement, ...]
    end: RunEnd


def all_told(
    trace: Callable[[], list[PairMeasurement]], found: list[PairMeasurement], longest_ns: int
) -> list[PairMeasurement]:
    """What was ``found``, or what ``trace`` makes of the records once no probe can be on a link any
    more: links record what they let go, and hold yet what its sender has given up. Each holds it
    for ``longest_ns`` at the most, on a machine under load some time more."""
    patience_s = (longest_ns + GONE_AFTER_NS) / NS_PER_S + _LATE_S
    before, until_s = _under_way(found), time.monotonic() + patience_s
    while before and time.monotonic() < until_s:
        time.sleep(_POLL_S)
        found = trace()
        if (now := _under_way(found)) != before:
            before, until_s = now, time.monotonic() + patience_s
    return found


def _under_way(found: Iterable[PairMeasurement]) -> set[tuple[int, int, str, int]]:
    return {(place, *one) for place, pair in enumerate(found) for one in pair.under_way}


def _proven(truth: ProbeTruth | None, certificate: Certificate, src: str, dst: str) -> bool:
    return truth is not None and path_is_certified(truth.hops, certificate, src, dst)
