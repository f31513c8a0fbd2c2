"""A host's clock in a lab, which remembers when it showed what.

A clock that is set back shows the same time twice, so what it showed cannot be turned back into
true time by arithmetic. What it was read at is therefore kept.
"""

from __future__ import annotations

from dataclasses import replace

from netkit.model.measurement.host_clock import HostClock
from netkit.model.measurement.sample import Sample, Stamp
from netkit.probe.sender.clock_watch import ClockWatch
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate


class KeptClock:
    """Reads ``clock``, and knows of each reading when that was. About 200 bytes a reading.

    ``watch`` is what the senders of its host keep an eye on it with.
    """

    def __init__(self, clock: HostClock) -> None:
        self.clock = clock
        self.watch = ClockWatch()
        self._true_ns: dict[int, int | None] = {}
        self._later: list[tuple[int, HostClock]] = []

    def becomes(self, clock: HostClock, from_ns: int) -> None:
        """From a true time on, after those given before, it is another clock: something happened to
        it. What it claims stays. Another thread may read it meanwhile."""
        self._later.append((from_ns, clock))

    @property
    def error_estimate(self) -> ErrorEstimate:
        """What the host says of it in its packets, true or not."""
        claimed_ns = self.clock.claimed_error_ns
        if claimed_ns is None:
            return UNSYNCHRONISED
        return ErrorEstimate.from_error_ns(claimed_ns, synchronised=True)

    def read(self, true_ns: int) -> int:
        """What it shows at a true time."""
        clock = next((one for at, one in reversed(self._later) if at <= true_ns), self.clock)
        shown_ns = clock.read(true_ns)
        if self._true_ns.setdefault(shown_ns, true_ns) != true_ns:
            self._true_ns[shown_ns] = None
        return shown_ns

    def stamp(self, true: Stamp) -> Stamp:
        """A stamp as this host has it."""
        return Stamp(self.read(true.time_ns), true.source)

    def true_ns(self, shown_ns: int | None) -> int | None:
        """When it showed that; None if it never did, or at two times."""
        return None if shown_ns is None else self._true_ns.get(shown_ns)

    def true_stamp(self, shown: Stamp | None) -> Stamp | None:
        """A stamp of this host in true time; None where that is not known."""
        true_ns = None if shown is None else self.true_ns(shown.time_ns)
        return None if shown is None or true_ns is None else Stamp(true_ns, shown.source)


def true_sample(sample: Sample, sender: KeptClock | None, reflector: KeptClock | None) -> Sample:
    """A sample in true time; a host without a clock of its own reads that already.

    Its stamps T1 and T4 are the sender's, T2 and T3 the reflector's. True time is never set.
    """
    if sender is not None:
        sample = replace(
            sample,
            t1=sender.true_stamp(sample.t1),
            t4=sender.true_stamp(sample.t4),
            t1_userspace_ns=sender.true_ns(sample.t1_userspace_ns),
            clock_set_ns=0,
            spans_step=False,
        )
    if reflector is not None:
        sample = replace(
            sample,
            t2=reflector.true_stamp(sample.t2),
            t3=reflector.true_stamp(sample.t3),
            t3_userspace_ns=reflector.true_ns(sample.t3_userspace_ns),
        )
    return sample
