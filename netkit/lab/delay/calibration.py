"""Measuring what the wire itself costs: shots through real routers, due against arrival.

A shot is a frame that the wire sends into a router and that the router forwards straight back onto
another cable, where the wire recognises it by its last bytes and takes it out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import NamedTuple

from netkit.lab.blueprint import Blueprint
from netkit.lab.delay.delay_line import DelayLine
from netkit.model.units import NS_PER_MS, NS_PER_S

MAGIC = b"netkit\x00C"
SPACING_NS = 2 * NS_PER_MS
PATIENCE_NS = NS_PER_S // 2

_DISCARD_PORT = 9
_UDP = 17
_HOP_LIMIT = 64


class Shot(NamedTuple):
    """A frame, and the end from which it enters the line (it leaves at that end's far end)."""

    end: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """The advance in use, and by how much arrivals then still miss the due time, in ns.

    ``too_short`` names the cables whose delay is less than the advance, in either direction: what
    enters there leaves at once, and arrives late by what is missing.
    """

    advance_ns: int
    samples: int
    residual_p50_ns: int | None
    residual_p99_ns: int | None
    too_short: tuple[str, ...] = ()


class Calibration:
    """One series of shots; collects arrival minus due in ns."""

    def __init__(self, shots: Sequence[Shot], rounds: int, now_ns: int) -> None:
        self.errors_ns: list[int] = []
        self._shots = shots
        self._due_ns = [
            now_ns + PATIENCE_NS // 50 + index * SPACING_NS for index in range(rounds * len(shots))
        ]
        self._deadline_ns = (self._due_ns[-1] if self._due_ns else now_ns) + PATIENCE_NS

    def load(self, line: DelayLine) -> None:
        """Schedule all shots on the line."""
        for index, due_ns in enumerate(self._due_ns):
            shot = self._shots[index % len(self._shots)]
            line.schedule(shot.end, due_ns, shot.frame + MAGIC + index.to_bytes(4, "big"))

    def take(self, frame: bytes, arrival_ns: int) -> bool:
        """Take the frame out if it is one of the shots."""
        if frame[-12:-4] != MAGIC:
            return False
        index = int.from_bytes(frame[-4:], "big")
        self.errors_ns.append(arrival_ns - self._due_ns[index])
        return True

    def done(self, now_ns: int) -> bool:
        """All shots are back, or the rest will not come."""
        return len(self.errors_ns) == len(self._due_ns) or now_ns > self._deadline_ns


def quantile_ns(values: Sequence[int], share: float) -> int | None:
    """The value that ``share`` of all values are at or under; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


class _Way(NamedTuple):
    """A router's end of a cable, its own address there, and the address of one beyond."""

    end: int
    mac: str
    beyond: IPv6Address


def aim(blueprint: Blueprint, limit: int) -> list[Shot]:
    """Shots through up to ``limit`` routers: those with two cables or more, legs of exchange
    centres too; where there is none, through routers with one, and back over it."""
    ways = _ways(blueprint)
    most = max(map(len, ways.values()), default=0)
    through = [node for node in blueprint.routers if len(ways[node]) >= min(2, most) > 0]
    step = max(1, len(through) // limit)
    return [_shot(ways[node]) for node in through[::step][:limit]]


def _ways(blueprint: Blueprint) -> dict[str, list[_Way]]:
    """By router; own links come before legs."""
    ports = {
        (port.node, port.name): port
        for node in blueprint.routers
        for port in blueprint.topology.interfaces[node]
    }
    ways: dict[str, list[_Way]] = {node: [] for node in blueprint.routers}
    for index, cable in enumerate(blueprint.cables):
        for number, side in ((2 * index, cable.a), (2 * index + 1, cable.b)):
            port = ports.get((side.node, side.port))
            peers = () if port is None else blueprint.peers(port)
            if side.mac is not None and peers:
                ways[side.node].append(_Way(number, side.mac, peers[0].address))
    return ways


def _shot(ways: Sequence[_Way]) -> Shot:
    enter, leave = ways[0], ways[min(1, len(ways) - 1)]
    frame = _udp_frame(enter.mac, enter.beyond, leave.beyond, payload=len(MAGIC) + 4)
    return Shot(enter.end ^ 1, frame)


def _udp_frame(mac: str, src: IPv6Address, dst: IPv6Address, *, payload: int) -> bytes:
    """Everything up to the payload; no router checks the checksum, which stays 0."""
    ethernet = bytes.fromhex(mac.replace(":", "")) + bytes.fromhex("0a0000000001") + b"\x86\xdd"
    length = (8 + payload).to_bytes(2, "big")
    ipv6 = b"\x60\x00\x00\x00" + length + bytes((_UDP, _HOP_LIMIT)) + src.packed + dst.packed
    ports = 2 * _DISCARD_PORT.to_bytes(2, "big")
    return ethernet + ipv6 + ports + length + b"\x00\x00"
