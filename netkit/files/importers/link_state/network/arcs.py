"""One direction of a link as one end states it."""

from __future__ import annotations

from dataclasses import dataclass, field

from netkit.files.importers.link_state.records import Pair, Traffic
from netkit.model.network.advertised import AdvertisedSid

_NO_ENDS: Pair = (None, None)


@dataclass(slots=True)
class StateArc:
    """One adjacency; ``lan`` is the broadcast network that it leads over."""

    src: str
    dst: str
    metric: int
    ipv4: Pair = _NO_ENDS
    ipv6: Pair = _NO_ENDS
    ids: Pair = _NO_ENDS
    traffic: Traffic = field(default_factory=Traffic)
    sids: tuple[AdvertisedSid, ...] = ()
    lan: str | None = None

    @property
    def ends(self) -> tuple[Pair, Pair, Pair]:
        """All that may tell it from others."""
        return (self.ipv6, self.ipv4, self.ids)

    def order(self) -> tuple[object, ...]:
        """A place among others that does not depend on where it was printed."""
        figures = self.traffic
        own = tuple(word or "" for ends in self.ends for word in ends)
        sids = tuple(str(one.sid) for one in self.sids)
        return (
            self.lan or "", own, self.metric, figures.delay_max_us or 0, figures.delay_avg_us or 0,
            figures.capacity_bps or 0, sids,
        )  # fmt: skip
