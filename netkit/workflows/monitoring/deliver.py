"""Telling what is to be told: each event to each of its targets until it was taken.

An event is taken off the queue after its target has it. If this process dies in between it is told
again, with the same id: at least once, and never not at all. A target that hangs costs a run its
timeout once, and not once for each event: whoever evaluates alarms waits for it meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from netkit.model.monitoring.alarm import Delivery
from netkit.model.monitoring.rules import AlarmRules, Channel, Target
from netkit.model.units import NS_PER_S
from netkit.monitor.alarms.retries import LONGEST_S, retry_after_ns
from netkit.monitor.outcomes import Told
from netkit.store.alarms.store import AlarmStore
from netkit.workflows.monitoring.channels import apprise, command, syslog, webhook

Tell = Callable[[Target, str, str], str | None]

_HANGS_S = 1.0

CHANNELS: Mapping[Channel, Tell] = {
    Channel.WEBHOOK: webhook.post,
    Channel.SYSLOG: syslog.log,
    Channel.COMMAND: command.run,
    Channel.APPRISE: apprise.notify,
}


def deliver(
    store: AlarmStore,
    rules: AlarmRules,
    now: Callable[[], int],
    channels: Mapping[Channel, Tell] = CHANNELS,
    clock_s: Callable[[], float] = time.monotonic,
) -> Told:
    """Try all that is due once. What has no target any more waits until the rules name it again,
    and what is for one that took a second to fail, for the next time.

    Raises :class:`~netkit.errors.StoreError` if the store cannot be read or written.
    """
    taken, failed = 0, []
    hanging: set[str] = set()
    for one in store.due(now(), LONGEST_S * NS_PER_S):
        if one.target in hanging:
            continue
        target, begun_s = rules.target.get(one.target), clock_s()
        if target is None:
            error: str | None = f"the rules name no target {one.target}"
        else:
            error = _told(channels[target.channel], target, one)
        if error is None:
            store.delivered(one, now())
            taken += 1
        else:
            store.failed(one, error, now() + retry_after_ns(one.attempts + 1))
            failed.append((one.event_id, one.target, error))
            if clock_s() >= begun_s + _HANGS_S:
                hanging.add(one.target)
    return Told(taken, tuple(failed))


def _told(tell: Tell, target: Target, one: Delivery) -> str | None:
    """Why it was not taken, whatever a channel raises: the others shall be told."""
    try:
        return tell(target, one.event_id, one.text)
    except Exception as error:  # noqa: BLE001 - of libraries, and of what a URL may be
        return f"{type(error).__name__}: {error}"
