"""An event as one syslog message (RFC 5424), to a local socket or by UDP (RFC 5426)."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

from netkit.model.monitoring.alarm import Move
from netkit.model.monitoring.rules import Target
from netkit.model.units import NS_PER_S

_DAEMON = 3 << 3
_WARNING, _NOTICE = 4, 5


def log(target: Target, event_id: str, text: str) -> str | None:
    """Send it once. UDP tells nobody whether it came. Why it failed, or None."""
    message = syslog_message(event_id, text).encode()
    try:
        family, to = _address(target.to[0])
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.settimeout(target.timeout_ns / NS_PER_S)
            sock.sendto(message, to)
    except OSError as error:
        return error.strerror or str(error)
    return None


def _address(word: str) -> tuple[socket.AddressFamily, Any]:
    if not word.startswith("udp://"):
        return socket.AF_UNIX, word
    url = urlsplit(word)
    found = socket.getaddrinfo(url.hostname, url.port, type=socket.SOCK_DGRAM)
    return found[0][0], found[0][4]


def syslog_message(event_id: str, text: str) -> str:
    """One line: who, what became of which alarm, and the id of the event."""
    event = json.loads(text)
    severity = _WARNING if event["move"] == Move.RAISED else _NOTICE
    pair = f"{event['src']} > {event['dst']} {event['way']}"
    links = [
        "/".join(f"{link['link']} from {link['from']}" for link in one["links"])
        for one in event["evidence"]["likely_links"][:3]
    ]
    likely = f"; likely {', '.join(links)}" if links else ""
    words = f"{event['rule']} {event['move']}: {pair} ({event['flow']}) since {event['since']}"
    line = "".join(one if one.isprintable() else "?" for one in words + likely)
    return f"<{_DAEMON | severity}>1 {event['at']} - netkit - {event_id} - {line}"
