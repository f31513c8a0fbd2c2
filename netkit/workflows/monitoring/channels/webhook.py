"""An event by HTTP POST, as JSON; any 2xx says that it was taken (RFC 9110 §15.3).

``Idempotency-Key`` is the id of the event: who gets it twice knows it by that.
"""

from __future__ import annotations

import http.client
from urllib.parse import quote, urlsplit

from netkit.model.monitoring.rules import Target
from netkit.model.units import NS_PER_S

_OK = range(200, 300)
_SAFE = "!$%&'()*+,/:;=?@~"
"""Besides letters, digits and - . _, what a path and a query hold as it is (RFC 3986 §3.3)."""


def post(target: Target, event_id: str, text: str) -> str | None:
    """Send it once; no redirect is followed. Why it failed, or None."""
    url = urlsplit(target.to[0])
    timeout_s = target.timeout_ns / NS_PER_S
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=timeout_s)
    path = quote((url.path or "/") + (f"?{url.query}" if url.query else ""), safe=_SAFE)
    headers = {"Content-Type": "application/json", "Idempotency-Key": event_id}
    try:
        connection.request("POST", path, text.encode(), headers)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if answer.status in _OK else f"HTTP {answer.status} {answer.reason}"
