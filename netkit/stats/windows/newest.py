"""What the newest window of a flow still says of now: too old, of a time to come, or of a flow that
has left its campaign. The one rule for checks and for tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from netkit.model.measurement.window import Window, WindowKey
from netkit.model.units import NS_PER_S

LEFT_AFTER_NS = 24 * 3600 * NS_PER_S
"""A flow that its sender has not measured for so long, and others of the campaign of late, is taken
for one that has left it, or has another name now: each round leaves a window of each of its flows.
"""


_LATE_NS = 60 * NS_PER_S
"""Windows are decided and written."""


SeenRounds = Callable[[Iterable[WindowKey]], Mapping[WindowKey, int]]
"""How long rounds are at the most, by when the last windows of these series began."""


@dataclass(frozen=True)
class Fresh:
    """What still says something of ``now_ns``: windows that ended no more than ``stale_after_ns``
    ago, None for five windows and a minute. ``rounds_ns``, by the newest window of a series, is how
    long its rounds are at the most: then the next window comes within two of them.
    """

    now_ns: int
    stale_after_ns: int | None = None
    rounds_ns: Mapping[WindowKey, int] = field(default_factory=dict)

    def with_rounds(self, newest: Iterable[Window], seen: SeenRounds) -> Fresh:
        """The same with how long rounds are: windows say so themselves from the first on, as their
        campaign does. Of what is older than that allows, or says nothing, what is ``seen`` of the
        windows before counts too."""
        held = list(newest)
        said = {one.key: one.round_ns for one in held if one.round_ns}
        fresh = replace(self, rounds_ns=said)
        found = seen(fresh.seldom(held))
        longest = {key: max(round_ns, said.get(key, 0)) for key, round_ns in found.items()}
        return replace(self, rounds_ns={**said, **longest})

    def limit_ns(self, key: WindowKey) -> int:
        """How long ago a window may have ended."""
        if self.stale_after_ns is not None:
            return self.stale_after_ns
        usual_ns = 5 * key.length_ns + _LATE_NS
        round_ns = self.rounds_ns.get(key, 0)
        return max(usual_ns, 2 * round_ns + key.length_ns + _LATE_NS) if round_ns else usual_ns

    def is_stale(self, key: WindowKey) -> bool:
        """Whether a window says nothing of now: it is too old, or of a time to come."""
        return self.now_ns - end_ns(key) > self.limit_ns(key) or key.start_ns > self.now_ns

    def seldom(self, newest: Iterable[Window]) -> list[WindowKey]:
        """Those that are too old unless they are of rounds."""
        if self.stale_after_ns is not None:
            return []
        return [one.key for one in newest
                if self.now_ns - end_ns(one.key) > self.limit_ns(one.key)]  # fmt: skip

    def left(self, sessions: Iterable[Window]) -> set[WindowKey]:
        """Of the newest window of each session those of flows that have left.

        Of what a reflector alone saw nobody can say so: its sender may be down.
        """
        last: dict[tuple[str, str], int] = {}
        seen = [one.key for one in sessions if one.key.observer == one.key.src]
        for key in seen:
            if not self.is_stale(key):
                of = key.campaign, key.src
                last[of] = max(last.get(of, 0), key.start_ns)
        return {
            key
            for key in seen
            if last.get((key.campaign, key.src), 0)
            > end_ns(key) + max(LEFT_AFTER_NS, self.limit_ns(key))
        }


def end_ns(key: WindowKey) -> int:
    """When a window ends."""
    return key.start_ns + key.length_ns
