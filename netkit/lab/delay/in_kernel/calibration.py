"""Probes over a cable of the wire's own, due against left: what sending out of the kernel costs."""

from __future__ import annotations

import time

from netkit.lab.delay.in_kernel.lines import Lines, end_of
from netkit.lab.delay.own_cable import PATIENCE_NS, PROBES, SPACING_S, none_left, send_probes
from netkit.lab.kernel.netns import Namespace
from netkit.lab.truth.probe_key import LEFT, RECORD


def late_ns(lines: Lines, wire: Namespace, end: int) -> list[int]:
    """By how much probes leave after their due time; ``end`` is that of ``cal0``.

    Raises:
        LabError: not one has left within a minute.
    """
    lines.read_records()
    send_probes(wire)
    due_ns: dict[bytes, int] = {}
    left_ns: dict[bytes, int] = {}
    deadline_ns = time.monotonic_ns() + PATIENCE_NS
    while len(left_ns) < PROBES and time.monotonic_ns() < deadline_ns:
        for record in lines.read_records():
            if end_of(record) == end:
                _, flags, _, due, release, key = RECORD.unpack(record)
                (left_ns if flags & LEFT else due_ns)[key] = release if flags & LEFT else due
        time.sleep(SPACING_S)
    if not left_ns:
        raise none_left()
    return [at - due_ns[key] for key, at in left_ns.items() if key in due_ns]
