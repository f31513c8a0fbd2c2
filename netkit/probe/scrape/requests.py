"""One HTTP request for the metrics, from its bytes to those of the answer (RFC 9112).

A connection has one request, answered and closed. States::

    reading ──blank line──> answered           good or refused, both are an answer
       └── more than MOST_BYTES without one ──> answered 431
"""

from __future__ import annotations

import re
from collections.abc import Callable

TextOf = Callable[[str], tuple[bytes, str]]
"""From what a scraper accepts to the text and its content type."""

PATH = "/metrics"
MOST_BYTES = 8192

_REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_PLAIN = "text/plain; charset=utf-8"
_REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
}


def answer(received: bytes, text_of: TextOf) -> bytes | None:
    """The whole answer to what was received so far; None while the request is not whole.

    What ``text_of`` raises is answered with 500, without its words: they are for this host's log.

    >>> answer(b"GET /metrics HTTP/1.1\\r\\n", lambda accept: (b"", ""))
    >>> answer(b"hello\\r\\n\\r\\n", lambda accept: (b"", ""))[:24]
    b'HTTP/1.1 400 Bad Request'
    """
    head, blank, _ = received.partition(b"\r\n\r\n")
    if len(head) > MOST_BYTES:
        return _refusal(431)
    if not blank:
        return None
    first, *rest = head.split(b"\r\n")
    asked = _REQUEST_LINE.fullmatch(first)
    fields = [_FIELD.fullmatch(line) for line in rest]
    if asked is None or None in fields:
        return _refusal(400)
    method, target = asked[1], asked[2].decode("ascii")
    if target.partition("?")[0] != PATH:
        return _refusal(404)
    if method not in (b"GET", b"HEAD"):
        return _refusal(405, "Allow: GET, HEAD\r\n")
    accepted = [one[2] for one in fields if one is not None and one[1].lower() == b"accept"]
    return _text(b", ".join(accepted).decode("latin-1"), text_of, whole=method == b"GET")


def _text(accept: str, text_of: TextOf, *, whole: bool) -> bytes:
    try:
        body, content_type = text_of(accept)
    except Exception:  # noqa: BLE001 - whatever it is, the next scrape shall be answered
        return _refusal(500)
    return _response(200, body, content_type, whole=whole)


def _refusal(status: int, fields: str = "") -> bytes:
    return _response(status, f"{_REASONS[status]}\n".encode(), _PLAIN, fields)


def _response(
    status: int, body: bytes, content_type: str, fields: str = "", *, whole: bool = True
) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n{fields}Connection: close\r\n\r\n"
    )
    return head.encode("latin-1") + (body if whole else b"")
