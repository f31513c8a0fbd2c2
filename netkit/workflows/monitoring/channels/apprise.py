"""An event by Apprise, where it is installed: mail, chats and pagers by a URL of its own."""

from __future__ import annotations

import importlib
import json
from typing import Any

from netkit.model.monitoring.rules import Target
from netkit.workflows.monitoring.channels.syslog import syslog_message


def notify(target: Target, event_id: str, text: str) -> str | None:
    """Send it once. Why it failed, or None."""
    try:
        apprise: Any = importlib.import_module("apprise")
    except ImportError:
        return "Apprise is not installed: pip install apprise"
    service = apprise.Apprise()
    if not service.add(target.to[0]):
        return "not a URL of Apprise"
    event = json.loads(text)
    title = f"netkit: {event['rule']} {event['move']}"
    line = syslog_message(event_id, text).split(" - ", 3)[-1]
    return None if service.notify(title=title, body=line) else "Apprise could not deliver it"
