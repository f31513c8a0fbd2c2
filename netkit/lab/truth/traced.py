"""Samples of a pair, each laid beside what the lab knows of its probe."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.lab.truth.records import ProbeTruth, path_is_certified
from netkit.model.measurement.sample import Outcome, Sample
from netkit.model.srv6.segment_list import Certificate
from netkit.probe.sender.result import RunEnd, SessionResult


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
    them."""

    src: str
    dst: str
    session: SessionResult
    traced: tuple[TracedSample, ...]

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

    def _received(self) -> list[TracedSample]:
        return [traced for traced in self.traced if traced.sample.outcome is Outcome.RECEIVED]


@dataclass(frozen=True)
class Measurement:
    """Every pair in the order asked, whole or as far as it got (see ``end``)."""

    pairs: tuple[PairMeasurement, ...]
    end: RunEnd


def _proven(truth: ProbeTruth | None, certificate: Certificate, src: str, dst: str) -> bool:
    return truth is not None and path_is_certified(truth.hops, certificate, src, dst)
