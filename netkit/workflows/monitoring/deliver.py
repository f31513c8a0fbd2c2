"""Telling what is to be told: each event to each of its targets until it was taken.

An event is taken off the queue after its target has it. If this process dies in between it is told
again, with the same id: at least once, and never not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netkit.model.monitoring.rules import AlarmRules, Channel, Target
from netkit.monitor.alarms.retries import retry_after_ns
from netkit.monitor.outcomes import Told
from netkit.store.alarms.store import AlarmStore
from netkit.workflows.monitoring.channels import apprise, command, syslog, webhook

Tell = Callable[[Target, str, str], str | None]

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
) -> Told:
    """Try all that is due once. What has no target any more waits until the rules name it again.

    Raises :class:`~netkit.errors.StoreError` if the store cannot be read or written.
    """
    taken, failed = 0, []
    for one in store.due(now()):
        target = rules.target.get(one.target)
        if target is None:
            error: str | None = f"the rules name no target {one.target}"
        else:
            error = channels[target.channel](target, one.event_id, one.text)
        if error is None:
            store.delivered(one, now())
            taken += 1
        else:
            store.failed(one, error, now() + retry_after_ns(one.attempts + 1))
            failed.append((one.event_id, one.target, error))
    return Told(taken, tuple(failed))
