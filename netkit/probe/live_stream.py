"""Probes less than a millisecond apart, for ``live``: a stream, with the results of a session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic_ns
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netkit.errors import InputError
from netkit.probe.addresses import Address
from netkit.probe.reports import PathReport
from netkit.probe.runner import RunEnd
from netkit.probe.session import SessionConfig
from netkit.probe.session_result import SessionResult, Snapshot
from netkit.probe.sockets import StampSocket
from netkit.probe.stream import StreamSession
from netkit.probe.stream_runner import run_stream
from netkit.probe.stream_samples import SAMPLES, as_samples

if TYPE_CHECKING:
    from netkit.probe.live import SendOptions

FAST_BELOW_MS = 1.0
"""Probes that are closer together leave in bursts, many in one system call."""


def is_fast(options: SendOptions) -> bool:
    """Whether a stream sends these probes.

    Raises :class:`InputError` if they are so close together and ask for what no stream does.
    """
    if options.interval_ms >= FAST_BELOW_MS:
        return False
    asked = {
        "--poisson": options.poisson,
        "--burst": options.burst > 1,
        "--flows": options.flows > 1,
        "--dscp": options.dscp,
        "--ecn": options.ecn,
        "--segments": options.segments,
        "--return-segments": options.return_segments,
        "--return-address": options.return_address is not None,
        "--same-link": options.same_link,
        "--direct-measurement": options.direct_measurement,
        "--location": options.location,
        "--need-ssid": options.need_ssid,
        "a key": options.key is not None or options.tlv_key is not None,
    }
    refused = [name for name, value in asked.items() if value]
    if refused:
        raise InputError.single(
            "--interval",
            value=f"{options.interval_ms:g} ms",
            expected=f"at least {FAST_BELOW_MS:g} ms together with {', '.join(refused)}",
        )
    return True


def run_fast(
    config: SessionConfig,
    socket: StampSocket,
    destination: Address,
    watch: Callable[[Sequence[Snapshot]], None] | None = None,
) -> tuple[SessionResult, RunEnd]:
    """Run one stream, and keep its samples: 120 bytes a probe until all are in, then 1 kB.

    ``watch`` is called four times a second. The path tells of nothing that was not asked for.
    """
    kept: list[NDArray[np.void]] = []
    session = StreamSession(config, lambda rows: kept.append(rows.copy()))

    def look(_sent: int, _total: int) -> None:
        if watch is not None:
            watch([session.snapshot(monotonic_ns())])

    result, end = run_stream(session, socket, destination, on_progress=look)
    samples = tuple(as_samples(np.concatenate([np.zeros(0, SAMPLES), *kept])))
    kept.clear()
    made = SessionResult(
        samples,
        result.undecided,
        result.stateful,
        result.reflector_error,
        result.notes,
        PathReport(
            backward_dscp=result.backward_dscp,
            answers=sum(sample.t4 is not None for sample in samples),
            clock_source=result.clock_source,
        ),
    )
    return made, end
