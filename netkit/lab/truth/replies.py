"""Replies that no sample knows, as nobody received them: the truth saw them leave.

Which reply it was is not in the sample of a probe that had none. It belongs to the probe that had
arrived just before it left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import ProbeTruth
from netkit.lab.truth.traced import TracedSample

_PROMPT_NS = 500_000_000


class LostReplies:
    """Those of one session, by the time when they entered their first link."""

    def __init__(
        self, traced: Sequence[TracedSample], truth: Mapping[ProbeKey, ProbeTruth]
    ) -> None:
        known = {one.backward.key for one in traced if one.backward is not None}
        asked = next((one.forward.key for one in traced if one.forward is not None), None)
        found: Iterable[ProbeTruth] = () if asked is None else truth.values()
        self._rest = sorted(
            (one.hops[0].arrival_ns, one)
            for one in found
            if asked is not None
            and one.hops
            and one.key[:4] == (asked.dst, asked.src, asked.dport, asked.sport)
            and one.key not in known
        )

    def take(self, since_ns: int) -> ProbeTruth | None:
        """The first that left after this moment, if soon."""
        place = bisect_left(self._rest, since_ns, key=lambda item: item[0])
        if place == len(self._rest) or self._rest[place][0] > since_ns + _PROMPT_NS:
            return None
        return self._rest.pop(place)[1]
