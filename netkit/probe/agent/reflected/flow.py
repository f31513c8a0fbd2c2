"""A flow that this site answers, as its campaign has it."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.probe.agent.flow import FlowKey


@dataclass(frozen=True, slots=True)
class AnsweredFlow:
    """Requests of ``ssid`` from one of ``addresses``, names among them, belong to this flow.

    ``patience_ns``: when its sender decides a probe, counted from T1. ``free_running``: nobody
    holds the clock of this site, so it bounds nothing.
    """

    key: FlowKey
    ssid: int
    addresses: tuple[str, ...]
    window_ns: int
    patience_ns: int
    free_running: bool = False
