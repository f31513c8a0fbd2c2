"""What both ends saw of one session as one, and what a pair's direction was over all its sessions.

The one rule of reading (:mod:`.ends` is the same for many at once). Of a session and time::

    seen by             forward direction                      backward direction
    sender              the sender's                           the sender's
    reflector           what it received                       unknown
    both                sent, delays: the sender's; received,  received: the sender's; sent: what
                        repeated, overtaken: the reflector's;  the reflector answered; lost: the
                        lost: the rest                         rest
    both, not whole at  the sender's                           the sender's
    one, or DISPUTED

The rest is what is left of those sent without those received, refused on the way, and dropped in
the host that they came to. A window is not whole (``incomplete``) if it was begun late or broken
off, if a clock was set in it, or if its reflector saw more than one run of the sender: both ends
may then mean other probes by it. The ends dispute a window if more arrived than were sent, or fewer
than were answered: then they do, the sender's account stands, and the window says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DISPUTED, DirectionWindow, Window, WindowKey
from netkit.stats.windows.merged import merged_direction, merged_window

Session = tuple[str, str, str, str]
"""Campaign, both ends in order from the sender, flow."""


def joined_sessions(windows: Iterable[Window]) -> list[Window]:
    """One window for each session and time, of what its one or two ends saw, by key.

    The observer is the sender wherever the sender saw it.
    """
    ends: dict[WindowKey, list[Window]] = defaultdict(list)
    for window in windows:
        ends[replace(window.key, observer="")].append(window)
    return [_joined(ends[key]) for key in sorted(ends)]


def newest_sessions(newest: Iterable[Window]) -> list[Window]:
    """One window for each session of the newest ones of each end, in order of time.

    The sender's, joined with the reflector's if that is of the same time; what the reflector alone
    saw only where no window of the sender is.
    """
    found: dict[Session, Window] = {}
    for one in joined_sessions(newest):
        known = found.get(_session(one))
        if known is None or _seen_by_sender(one) or not _seen_by_sender(known):
            found[_session(one)] = one
    return list(found.values())


def joined_direction(windows: Iterable[Window], src: str, dst: str) -> DirectionWindow | None:
    """What went from ``src`` to ``dst``; None if nothing was measured.

    It is the forward direction of sessions from ``src`` to ``dst`` and the backward direction of
    those from ``dst`` to ``src``: these are different probes, and all count. ``windows`` may be of
    any sessions and times.
    """
    parts = [
        one
        for session in told(joined_sessions(windows))
        for one in _parts(session, src, dst)
        if one != DirectionWindow()
    ]
    return merged_direction(parts) if parts else None


def told(joined: Iterable[Window]) -> Iterator[Window]:
    """Those that add up: of a session that its sender saw, the windows that its sender saw.

    What the reflector alone saw has no count of what was sent, and would make that of the whole
    unknown; it tells something where the sender tells nothing at all.
    """
    held = list(joined)
    by_sender = {_session(one) for one in held if _seen_by_sender(one)}
    return (one for one in held if _seen_by_sender(one) or _session(one) not in by_sender)


def rolled_up(key: WindowKey, parts: Sequence[Window]) -> Window:
    """The window ``key`` of the windows of one or both ends of its session.

    Of its sender what both ends saw, joined window by window: sums of two ends would not be of the
    same probes. At least one of them is of its observer.
    """
    whole = [one for one in joined_sessions(parts) if one.key.observer == key.observer]
    return merged_window(key, whole)


def _session(window: Window) -> Session:
    key = window.key
    return key.campaign, key.src, key.dst, key.flow


def _seen_by_sender(window: Window) -> bool:
    return window.key.observer == window.key.src


def _parts(session: Window, src: str, dst: str) -> list[DirectionWindow]:
    if (session.key.src, session.key.dst) == (src, dst):
        return [session.forward]
    if (session.key.src, session.key.dst) == (dst, src):
        return [session.backward]
    return []


def _joined(ends: Sequence[Window]) -> Window:
    sender = next((one for one in ends if _seen_by_sender(one)), None)
    reflector = next((one for one in ends if not _seen_by_sender(one)), None)
    if reflector is None:
        return ends[0]
    if sender is None:
        return replace(reflector, backward=DirectionWindow())
    if sender.incomplete or reflector.incomplete or reflector.forward.received is None:
        return sender
    forward, backward = _forward(sender, reflector), _backward(sender, reflector)
    if forward is None or backward is None:
        notes = {**sender.notes, DISPUTED: sender.notes.get(DISPUTED, 0) + 1}
        return replace(sender, notes=notes)
    steps = max(sender.reflector_clock.steps, reflector.reflector_clock.steps)
    return replace(
        sender, forward=forward, backward=backward,
        reflector_clock=replace(reflector.reflector_clock, steps=steps),
        dropped_here=sender.dropped_here + reflector.dropped_here,
    )  # fmt: skip


def _forward(sender: Window, reflector: Window) -> DirectionWindow | None:
    """Joined; None if the ends dispute it."""
    seen, theirs = sender.forward, reflector.forward
    if seen.sent is None or theirs.received is None:
        return seen
    refused = sender.outcomes.get(Outcome.REFUSED, 0)
    lost = seen.sent - refused - theirs.received - reflector.dropped_here
    answered = seen.received if seen.received is not None else sender.backward.received or 0
    if lost < 0 or theirs.received < answered:
        return None
    return replace(
        seen, received=theirs.received, lost=lost, duplicates=theirs.duplicates,
        reordered=theirs.reordered,
    )  # fmt: skip


def _backward(sender: Window, reflector: Window) -> DirectionWindow | None:
    """Joined; None if the ends dispute it."""
    seen, sent = sender.backward, reflector.backward.sent
    if sent is None or seen.received is None:
        return seen
    lost = sent - seen.received - sender.dropped_here
    return None if lost < 0 else replace(seen, sent=sent, lost=lost)
