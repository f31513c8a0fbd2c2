"""A lab whose hosts have clocks of their own: what is certain all the same, beside the truth.

Delays are certified from what the hosts read, as from probes of real sites; the lab has read the
same stamps in true time. Where the two differ, the certificate is wrong, or a clock is other than
it claims, and the ledger is contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from netkit.lab.clocks.kept import KeptClock
from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.measurement.sample import Sample
from netkit.model.measurement.sample_row import rows_of
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.units import ns_to_ms, ns_to_us, us_to_ns
from netkit.report.ledger_line import CertainDelay, LedgerCause, LedgerFinding, LedgerLine
from netkit.report.results import DirectionMeasured, PairMeasured
from netkit.stats.clocks.certify import CertifiedMesh, CertifiedWay, certify_mesh
from netkit.stats.clocks.clock_bounds import Contradiction
from netkit.stats.clocks.clock_readings import ClockReadings, Way, passages_of
from netkit.stats.clocks.mesh import light_floors_ns
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import judged

Samples = Mapping[Way, Sequence[Sample]]


@dataclass(frozen=True)
class TwoTimes:
    """The same probes twice, sample by sample: as hosts read their clocks, and in true time."""

    shown: Samples
    true: Samples


def certified_lines(
    measured: Mapping[Way, PairMeasured],
    times: TwoTimes,
    clocks: Mapping[str, KeptClock],
    topology: Topology,
    plan: Plan,
) -> dict[Way, PairMeasured]:
    """The same measurements, with what is certain in the ledger of each direction."""
    mesh = certified(times.shown, clocks, topology, plan)
    lines = _Lines(mesh, times, clocks)
    return {
        (src, dst): replace(
            pair,
            forward=lines.told(pair.forward, (src, dst)),
            backward=lines.told(pair.backward, (dst, src)),
        )
        for (src, dst), pair in measured.items()
    }


def certified(
    shown: Samples, clocks: Mapping[str, KeptClock], topology: Topology, plan: Plan
) -> CertifiedMesh:
    """Every direction against the bound of its plan, from nothing but what hosts know.

    That is their samples, where their routers are, and what they claim of their clocks; crystals
    are taken to drift by 50 ppm at most.
    """
    claimed = {router: clock.error_estimate for router, clock in clocks.items()}
    return certify_mesh(
        passages_of(rows_of(shown)),
        light_floors_ns(topology, 0.0),
        lambda src, dst: us_to_ns(plan.pair[src, dst].demand.bound_us),
        drift_ppm=CRYSTAL_DRIFT_PPM,
        max_error_ns={
            router: said.error_ns
            for router, said in claimed.items()
            if said.synchronised and said.error_ns is not None
        },
    )


class _Lines:
    """What the mesh adds to the ledger, direction by direction."""

    def __init__(
        self, mesh: CertifiedMesh, times: TwoTimes, clocks: Mapping[str, KeptClock]
    ) -> None:
        self._way = {(one.way.src, one.way.dst): one for one in mesh.ways}
        self._impossible = _measured_steps(mesh.contradiction)
        self._by_ns = 0 if mesh.contradiction is None else mesh.contradiction.shortfall_ns
        self._true = passages_of(rows_of(times.true))
        self._times = times
        self._clocks = clocks

    def told(self, direction: DirectionMeasured, way: Way) -> DirectionMeasured:
        """One direction with what is certain of it; a direction without a delay as it was."""
        line, found = direction.ledger, self._way.get(way)
        measured_ns = [shown_ns for shown_ns, _ in self._delays_ns(way)]
        if line is None or found is None or not measured_ns:
            return direction
        certain = _certain(found, self._true.get(way))
        claimed_ns = self._claimed_ns(way)
        told = replace(
            line,
            measured_ms=ns_to_ms(median(measured_ns)),
            clock_uncertainty_ms=None if claimed_ns is None else ns_to_ms(claimed_ns),
            certain=certain,
            contradictions=(
                *line.contradictions,
                *self._contradictions(way, line, certain, claimed_ns),
            ),
        )
        if not certain.known and way not in self._impossible:
            doubt = LedgerFinding(LedgerCause.DOUBTFUL_CLOCK, line.probes)
            told = replace(told, inconclusive=(*line.inconclusive, doubt))
        return replace(direction, ledger=told)

    def _claimed_ns(self, way: Way) -> int | None:
        """How far both clocks together may be off, if they are as they claim."""
        claims = [
            None if clock is None else clock.clock.claimed_error_ns
            for clock in map(self._clocks.get, way)
        ]
        known = [claim for claim in claims if claim is not None]
        return sum(known) if len(known) == len(claims) else None

    def _contradictions(
        self, way: Way, line: LedgerLine, certain: CertainDelay, claimed_ns: int | None
    ) -> Iterator[LedgerFinding]:
        if certain.contains_truth is False:
            yield LedgerFinding(LedgerCause.OUTSIDE_CERTAIN, line.probes)
        if way in self._impossible:
            by_us = ns_to_us(self._by_ns)
            yield LedgerFinding(LedgerCause.IMPOSSIBLE_CLOCKS, line.probes, by_us=by_us)
        if claimed_ns is not None:
            off_ns = [abs(shown_ns - true_ns) for shown_ns, true_ns in self._delays_ns(way)]
            beyond_ns = [off for off in off_ns if off > claimed_ns]
            if beyond_ns:
                by_us = ns_to_us(max(beyond_ns) - claimed_ns)
                yield LedgerFinding(LedgerCause.BEYOND_CLAIM, len(beyond_ns), by_us=by_us)

    def _delays_ns(self, way: Way) -> Iterator[tuple[int, int]]:
        """Each delay as the hosts measured it, and as it was."""
        shown, true = self._times.shown, self._times.true
        there = zip(shown.get(way, ()), true.get(way, ()), strict=True)
        back = zip(shown.get(way[::-1], ()), true.get(way[::-1], ()), strict=True)
        delays_ns = (
            *((one.forward_owd_ns, other.forward_owd_ns) for one, other in there),
            *((one.backward_owd_ns, other.backward_owd_ns) for one, other in back),
        )
        for shown_ns, true_ns in delays_ns:
            if shown_ns is not None and true_ns is not None:
                yield shown_ns, true_ns


def _measured_steps(contradiction: Contradiction | None) -> frozenset[Way]:
    """The directions on a cycle that no clocks explain; its other steps are what clocks claim."""
    steps = () if contradiction is None else contradiction.steps
    return frozenset(
        (step.src, step.dst) for step in steps if step.src is not None and step.dst is not None
    )


def _certain(found: CertifiedWay, true: ClockReadings | None) -> CertainDelay:
    delay = found.certified.delay
    low_ns, high_ns = (None, None) if delay is None else (delay.low_ns, delay.high_ns)
    return CertainDelay(
        delay is not None, _ms(low_ns), _ms(high_ns), _ms(true_figure_ns(true)),
        found.certified.verdict,
    )  # fmt: skip


def true_figure_ns(true: ClockReadings | None) -> int | None:
    """The figure that is judged, of all true delays; None if one of them is not known."""
    figures = None if true is None or true.unknown else delay_figures(true.delays_ns)
    return None if figures is None else judged(figures)[1]


def _ms(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else ns_to_ms(duration_ns)
