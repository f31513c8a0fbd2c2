"""What IOS XR prints under a neighbour: ends, figures, those of single applications, SIDs."""

from __future__ import annotations

import re
from collections.abc import Callable

from netkit.files.importers.link_state.records import Traffic
from netkit.files.importers.link_state.values import (
    capacity_bps,
    delay_us,
    groups_of_masks,
    metric,
)
from netkit.files.importers.vendor_text import iosxr_lines as lines
from netkit.files.importers.vendor_text.builder import Builder
from netkit.files.importers.vendor_text.drafts import NeighbourDraft, SidDraft
from netkit.files.importers.vendor_text.traffic import far, near, state, stated_id

_BYTES_PER_KILOBIT = 125
_HEX = re.compile(r"0x[0-9a-fA-F]{1,16}")


class IosXrLink:
    """One neighbour, line by line."""

    def __init__(self, builder: Builder, draft: NeighbourDraft) -> None:
        self._builder, self._draft, self._reach = builder, draft, draft.reach
        self._figures = draft.reach.traffic
        self._indent = -1
        self._masks = 0
        self.sid: SidDraft | None = None
        self.takers: dict[str, Callable[[str], None]] = {
            "Local Interface ID": self._ids, "Interface IP Address": self._near_ipv4,
            "Neighbor IP Address": self._far_ipv4, "Interface IPv6 Address": self._near_ipv6,
            "Neighbor IPv6 Address": self._far_ipv6, "Affinity": self._affinity,
            "Physical BW": self._bandwidth, "Admin. Weight": self._te_metric,
            "Ext Admin Group": self._extended_groups, "Link Average Delay": self._average,
            "Link Min/Max Delay": self._least_most, "Link Delay Variation": self._variation,
            "Standard Applications": self._applications, "END.X SID": self._end_x,
        }  # fmt: skip

    def start_application(self, indent: int) -> None:
        """Lines that stand further in than this one are for some applications only (RFC 8919)."""
        self._figures, self._indent = Traffic(), indent
        self._draft.applications.append((0, self._figures))

    def at(self, indent: int) -> None:
        """The next line stands so far in."""
        if indent <= self._indent:
            self._figures, self._indent = self._reach.traffic, -1

    def masks(self, text: str) -> None:
        """Words of an extended admin group, the lowest first (RFC 7308 §2.3.1)."""
        words = text.split()
        self._figures.admin_groups |= groups_of_masks(
            (self._masks + place, word) for place, word in enumerate(words)
        )
        self._masks += len(words)

    def _ids(self, rest: str) -> None:
        both = lines.IDS.fullmatch(rest)
        if both is not None:
            self._reach.ids = stated_id(both[1]), stated_id(both[2])

    def _near_ipv4(self, rest: str) -> None:
        self._reach.ipv4 = near(self._reach.ipv4, rest)

    def _far_ipv4(self, rest: str) -> None:
        self._reach.ipv4 = far(self._reach.ipv4, rest)

    def _near_ipv6(self, rest: str) -> None:
        self._reach.ipv6 = near(self._reach.ipv6, rest)

    def _far_ipv6(self, rest: str) -> None:
        self._reach.ipv6 = far(self._reach.ipv6, rest)

    def _applications(self, rest: str) -> None:
        word = rest.partition(" ")[0]
        if self._indent >= 0 and _HEX.fullmatch(word):
            self._draft.applications[-1] = int(word, 16), self._figures

    def _affinity(self, rest: str) -> None:
        if lines.MASKS.fullmatch(rest):
            self._figures.admin_groups |= groups_of_masks([(0, rest)])

    def _extended_groups(self, _rest: str) -> None:
        self._masks = 0

    def _bandwidth(self, rest: str) -> None:
        found = lines.KILOBITS.fullmatch(rest)
        if found is not None:
            bps = capacity_bps(int(found[1]) * _BYTES_PER_KILOBIT)
            state(self._figures, "capacity_bps", bps)

    def _te_metric(self, rest: str) -> None:
        state(self._figures, "te_metric", metric(rest))

    def _average(self, rest: str) -> None:
        self._microseconds("delay_avg_us", rest)

    def _variation(self, rest: str) -> None:
        self._microseconds("jitter_us", rest)

    def _microseconds(self, name: str, rest: str) -> None:
        found = lines.MICROSECONDS.fullmatch(rest)
        if found is not None:
            state(self._figures, name, delay_us(found[1]))

    def _least_most(self, rest: str) -> None:
        found = lines.LEAST_MOST.fullmatch(rest)
        if found is not None:
            state(self._figures, "delay_min_us", delay_us(found[1]))
            state(self._figures, "delay_max_us", delay_us(found[2]))

    def _end_x(self, rest: str) -> None:
        found = lines.END_X.fullmatch(rest)
        if found is None or found["behavior"] not in ("uA", "End.X"):
            self._builder.skipped["SIDs of an adjacency that are no End.X"] += 1
            return
        self.sid = self._builder.sid(
            found["sid"], found["algorithm"], next_csid=found["behavior"] == "uA",
            backed_up=found["backup"] == "1",
        )  # fmt: skip
        if self.sid is not None:
            self._draft.sids.append(self.sid)
