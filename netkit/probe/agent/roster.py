"""The flows of a fleet and their arrays: each flow has a place, its rows a ring, its SSID an entry.

Flows come and go while others are under way: arrays are then made anew, with what goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netkit.probe.agent.flow import MAX_SSID, AgentFlow
from netkit.probe.agent.rows import (
    FLOWS,
    ROWS,
    WAIT_NS,
    Numbers,
    new_flows,
    new_numbers,
    ranges,
    settle_ns,
)
from netkit.probe.agent.timeline import Timeline
from netkit.probe.sender.request import request_tlvs
from netkit.probe.sender.sealer import Sealer
from netkit.probe.sender.way_back import WayBack
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate

NOBODY = -1
NAME_BYTES = 28
"""Of a socket address, with zeros behind one of IPv4."""

_ERROR_AT, _AUTHENTICATED_ERROR_AT = slice(12, 14), slice(24, 26)


class Roster:
    """``state``, ``rows``, ``numbers`` are arrays of FLOWS, ROWS and NUMBERS; ``names`` the socket
    addresses of flows, zeros where none is known; ``templates`` what all probes of a flow share,
    ``sizes`` bytes of them; ``sealers`` what fills in the rest of those that are ``authenticated``;
    ``by_ssid`` the place of the flow of an SSID, or NOBODY; ``ways_back`` the segment lists that
    flows ask replies to take, by place."""

    def __init__(self, estimate: ErrorEstimate) -> None:
        self.flows: list[AgentFlow] = []
        self.timelines: list[Timeline] = []
        self.estimate = estimate
        self.state = np.zeros(0, FLOWS)
        self.rows, self.numbers = np.zeros(0, ROWS), new_numbers(0)
        self.names: NDArray[np.uint8] = np.zeros((0, NAME_BYTES), np.uint8)
        self.templates: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self.sizes: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self.sealers: list[Sealer | None] = []
        self.authenticated: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.by_ssid = np.full(MAX_SSID + 1, NOBODY, np.int64)
        self.ways_back: dict[int, WayBack] = {}

    def add(self, flows: Sequence[AgentFlow], wall_ns: int) -> None:
        """Give these a place behind all others."""
        lengths = [timeline.length_ns for timeline in self.timelines]
        for length_ns in dict.fromkeys(flow.window_ns for flow in flows):
            if length_ns not in lengths:
                self.timelines.append(Timeline(length_ns))
                lengths.append(length_ns)
        for flow in flows:
            timeline = self.timelines[lengths.index(flow.window_ns)]
            timeline.keep(flow.window_ns + settle_ns(flow) + WAIT_NS)
        for timeline in self.timelines:
            timeline.look(wall_ns)
        made = new_flows(list(flows), len(self.rows), lengths)
        made["begun"] = self.turns()[made["length"]] if len(made) else 0
        size = int((made["mask"] + 1).sum())
        self.flows = [*self.flows, *flows]
        self.state = np.concatenate([self.state, made])
        self.rows = np.concatenate([self.rows, np.zeros(size, ROWS)])
        self.numbers = np.concatenate([self.numbers, new_numbers(size)])
        self.names = np.concatenate([self.names, np.zeros((len(flows), NAME_BYTES), np.uint8)])
        self._index()

    def keep(self, places: Numbers) -> None:
        """Let go of all flows but these."""
        sizes = self.state["mask"][places] + 1
        rows = ranges(self.state["base"][places], sizes)
        self.rows, self.numbers = self.rows[rows], self.numbers[rows]
        self.state, self.names = self.state[places], self.names[places]
        self.state["base"] = np.cumsum(sizes) - sizes
        self.flows = [self.flows[place] for place in places.tolist()]
        self._index()

    def address(self, place: int, name: bytes, lane: int) -> None:
        """Where a flow is sent to, as struct sockaddr_in or sockaddr_in6, and by which socket.

        An empty name is nowhere.
        """
        self.names[place] = np.frombuffer(name.ljust(NAME_BYTES, b"\0"), np.uint8)
        self.state["lane"][place] = lane

    def claim(self, estimate: ErrorEstimate) -> None:
        """What probes say of this host's clock from now on; its format is that of the first."""
        self.estimate = estimate
        raw = estimate.to_int().to_bytes(2, "big")
        sealed = self.authenticated
        for which, place in ((~sealed, _ERROR_AT), (sealed, _AUTHENTICATED_ERROR_AT)):
            if which.any():  # a site may only answer
                self.templates[which, place] = np.frombuffer(raw, np.uint8)

    def turns(self) -> Numbers:
        """The window of now, by length."""
        return np.array([timeline.now for timeline in self.timelines], np.int64)

    def _index(self) -> None:
        self.by_ssid[:] = NOBODY
        self.sizes = np.array([flow.request_bytes for flow in self.flows], np.uint32)
        width = max((flow.request_bytes for flow in self.flows), default=0)
        keys = [flow.destination.hmac_key for flow in self.flows]
        self.authenticated = np.array([key is not None for key in keys], np.bool_)
        ways = {place: WayBack(flow.tlvs) for place, flow in enumerate(self.flows)}
        self.ways_back = {place: way for place, way in ways.items() if way}
        self.sealers = []
        self.templates = np.zeros((len(self.flows), width), np.uint8)
        for place, flow in enumerate(self.flows):
            self.by_ssid[flow.ssid] = place
            key = flow.destination.hmac_key
            tlvs = request_tlvs(flow.request_bytes, flow.tlvs, authenticated=key is not None)
            self.sealers.append(None if key is None else Sealer(key, tlvs))
            made = SenderPacket(0, 0, self.estimate, flow.ssid, tlvs).to_bytes(key)
            self.templates[place, : len(made)] = np.frombuffer(made, np.uint8)
