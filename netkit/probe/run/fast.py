"""Fast or long runs, for ``live``: a stream, with the results of a session."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import monotonic_ns
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netkit.errors import InputError
from netkit.model.measurement.sample import Sample
from netkit.model.measurement.sample_row import sample_row
from netkit.model.units import NS_PER_MS
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.path_report import PathReport
from netkit.probe.sender.result import RunEnd, SessionResult, Snapshot
from netkit.probe.stream.pace import Limit, Pace, held_per_second, undecided_at_most
from netkit.probe.stream.result import StreamResult
from netkit.probe.stream.runner import run_stream
from netkit.probe.stream.session import WINDOW, StreamSession
from netkit.probe.stream.trial import LONGEST_NS, tried_pace
from netkit.stats.running.session import StreamFigures
from netkit.stats.sample_arrays import SAMPLES, Sink, as_samples

if TYPE_CHECKING:
    from netkit.probe.run.send_options import SendOptions

FAST_BELOW_MS = 1.0
"""Probes that are closer together leave in bursts, many in one system call."""

KEPT_PROBES = 100_000
"""Of more probes than these no samples are kept, and figures come from sketches."""

MAX_PROBES = 4_000_000_000
"""What sequence numbers of 32 bits can tell apart; a run without end stops there."""

_AT_ONCE = 16
"""Samples that somebody is given without a probe leaving meanwhile."""

_VERSIONS = {2: 4, 4: 6}
"""Of IP, by the length of a socket address."""

SampleSink = Callable[[Iterable[Sample]], object]
"""Takes the samples of a run that does not keep them, some at a time, in order."""


def is_long(count: int) -> bool:
    """Whether a flow of so many probes (0: without end) keeps no samples."""
    return count == 0 or count > KEPT_PROBES


def is_stream(options: SendOptions) -> bool:
    """Whether a stream sends these probes, as they are close together or many.

    Raises :class:`InputError` if they are and ask for what no stream does.
    """
    long = is_long(options.count)
    if options.interval_ms >= FAST_BELOW_MS and not long:
        return False
    asked = {
        "poisson": options.poisson,
        "burst": options.burst > 1,
        "flows": options.flows > 1,
        "dscp": options.dscp,
        "ecn": options.ecn,
        "segments": options.segments,
        "return_segments": options.return_segments,
        "return_address": options.return_address is not None,
        "same_link": options.same_link,
        "direct_measurement": options.direct_measurement,
        "location": options.location,
        "need_ssid": options.need_ssid,
        "key": options.key is not None,
        "tlv_key": options.tlv_key is not None,
    }
    refused = [name for name, value in asked.items() if value]
    if refused and long:
        raise InputError.argument(
            "count", value=options.count, expected=f"1 to {KEPT_PROBES}", beside=refused
        )
    if refused:
        raise InputError.argument(
            "interval_ms",
            value=f"{options.interval_ms:g} ms",
            expected=f"at least {FAST_BELOW_MS:g} ms",
            beside=refused,
        )
    return True


def run_fast(
    config: SessionConfig,
    socket: StampSocket,
    destination: Address,
    watch: Callable[[Sequence[Snapshot]], None] | None = None,
    sink: SampleSink | None = None,
) -> tuple[SessionResult, RunEnd]:
    """Run one stream; ``watch`` is called four times a second.

    Up to KEPT_PROBES samples are kept. Of a longer run they go to ``sink`` and into running
    figures, and memory does not grow. The path tells of nothing that was not asked for.
    """
    if is_long(config.count):
        return _run_long(config, socket, destination, watch, sink)
    kept: list[NDArray[np.void]] = []
    session = StreamSession(config, lambda rows: kept.append(rows.copy()))
    result, end = _run(session, socket, destination, watch)
    samples = tuple(as_samples(np.concatenate([np.zeros(0, SAMPLES), *kept])))
    answers = sum(sample.t4 is not None for sample in samples)
    found = _session_result(result, answers, socket.dropped)
    return replace(found, samples=samples), end


def pace_before(
    config: SessionConfig, destination: Address, sink: SampleSink | None = None
) -> Pace | None:
    """At which rate this host keeps up with the probes of a run, tried before it starts.

    None of probes that are not fast, of a run that is over sooner than a trial, and where it cannot
    be tried.
    """
    length_ns = config.count * config.interval_ns
    if config.interval_ns >= FAST_BELOW_MS * NS_PER_MS or 0 < length_ns < LONGEST_NS:
        return None
    version = _VERSIONS[len(destination)]
    pace = tried_pace(config, version, _like(config, sink))
    if pace is None or 0 < config.count <= undecided_at_most(WINDOW):
        return pace
    return pace.within(held_per_second(WINDOW, config.timeout_ns), Limit.TIMEOUT)


class _Nowhere:
    """A file that keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


def _like(config: SessionConfig, sink: SampleSink | None) -> Sink:
    """Does with samples what the run will do, as that is part of the work: figures of a long one,
    and lines of CSV if they are to go somewhere. Nothing comes of it."""
    if not is_long(config.count):
        return lambda _rows: None
    figures, lines = StreamFigures(), csv.writer(_Nowhere())

    def write(samples: Iterable[Sample]) -> None:
        lines.writerows(sample_row(("", "", sample)) for sample in samples)

    return long_sink(figures, None if sink is None else write)


def _run_long(
    config: SessionConfig,
    socket: StampSocket,
    destination: Address,
    watch: Callable[[Sequence[Snapshot]], None] | None,
    sink: SampleSink | None,
) -> tuple[SessionResult, RunEnd]:
    figures = StreamFigures()
    asked = replace(config, count=config.count or MAX_PROBES)
    session = StreamSession(asked, long_sink(figures, sink))
    result, end = _run(session, socket, destination, watch)
    figures.finish()
    found = _session_result(result, figures.answers, socket.dropped)
    return replace(found, running=figures), end


def long_sink(figures: StreamFigures, sink: SampleSink | None) -> Sink:
    """For samples of a long run: into figures, and to ``sink`` if there is one, a few at a time."""

    def add(rows: NDArray[np.void]) -> Iterator[None]:
        yield from figures.adding(rows)
        for start in range(0, len(rows) if sink is not None else 0, _AT_ONCE):
            yield
            if sink is not None:
                sink(as_samples(rows[start : start + _AT_ONCE]))

    return add


def _run(
    session: StreamSession,
    socket: StampSocket,
    destination: Address,
    watch: Callable[[Sequence[Snapshot]], None] | None,
) -> tuple[StreamResult, RunEnd]:
    def look(_sent: int, _total: int) -> None:
        if watch is not None:
            watch([session.snapshot(monotonic_ns())])

    return run_stream(session, socket, destination, on_progress=look)


def _session_result(result: StreamResult, answers: int, dropped_here: int) -> SessionResult:
    path = PathReport(
        backward_dscp=result.backward_dscp, answers=answers, clock_source=result.clock_source
    )
    return SessionResult(
        (), result.undecided, result.stateful, result.reflector_error, result.notes, path,
        clock_steps=result.clock_steps, dropped_here=dropped_here,
    )  # fmt: skip
