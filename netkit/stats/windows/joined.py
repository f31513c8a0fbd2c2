"""What both ends saw of one session as one, and what a pair's direction was over all its sessions.

A probe that both ends saw is counted once. The reflector sees every probe that arrives, the sender
only those whose reply came back: of the forward direction the facts are those of the end that
received more, all of them, for facts of two ends do not add up. What was sent is the sender's to
say, and so is the backward direction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from netkit.model.measurement.window import DirectionWindow, Window, WindowKey
from netkit.stats.windows.merged import merged_direction


def joined_sessions(windows: Iterable[Window]) -> list[Window]:
    """One window for each session and time, of what its one or two ends saw, by key.

    The observer is the sender wherever the sender saw it.
    """
    ends: dict[WindowKey, list[Window]] = defaultdict(list)
    for window in windows:
        ends[replace(window.key, observer="")].append(window)
    return [_joined(ends[key]) for key in sorted(ends)]


def joined_direction(windows: Iterable[Window], src: str, dst: str) -> DirectionWindow | None:
    """What went from ``src`` to ``dst``; None if nothing was measured.

    It is the forward direction of sessions from ``src`` to ``dst`` and the backward direction of
    those from ``dst`` to ``src``: these are different probes, and all count. ``windows`` may be of
    any sessions and times.
    """
    parts = [
        one
        for session in joined_sessions(windows)
        for one in _parts(session, src, dst)
        if one != DirectionWindow()
    ]
    return merged_direction(parts) if parts else None


def _parts(session: Window, src: str, dst: str) -> list[DirectionWindow]:
    if (session.key.src, session.key.dst) == (src, dst):
        return [session.forward]
    if (session.key.src, session.key.dst) == (dst, src):
        return [session.backward]
    return []


def _joined(ends: Sequence[Window]) -> Window:
    sender = next((one for one in ends if one.key.observer == one.key.src), None)
    reflector = next((one for one in ends if one.key.observer != one.key.src), None)
    if sender is None or reflector is None:
        return ends[0]
    return replace(
        sender,
        forward=_forward(sender.forward, reflector.forward),
        reflector_clock=reflector.reflector_clock,
        incomplete=sender.incomplete or reflector.incomplete,
        dropped_here=sender.dropped_here + reflector.dropped_here,
    )


def _forward(sender: DirectionWindow, reflector: DirectionWindow) -> DirectionWindow:
    if (reflector.received or 0) < (sender.received or 0) or reflector.received is None:
        return sender
    sent, received = sender.sent, reflector.received
    known = sent is not None and received <= sent
    return replace(
        reflector,
        sent=sent,
        # More than were sent: the ends do not agree on the window of a probe. Nothing is clamped.
        lost=sent - received if sent is not None and known else sender.lost,
        certified_ns=sender.certified_ns or reflector.certified_ns,
        verdict=sender.verdict,
    )
