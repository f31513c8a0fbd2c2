"""A request for a dashboard and its answer, without a socket (RFC 9110).

Whoever asks has to name this host, or an address: a page of a stranger that has its own name
resolved to this machine (DNS rebinding) asks with that name, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

Query = Mapping[str, str]
_FIELDS = 8
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: ``headers`` are those beyond the ones that every answer has."""

    status: HTTPStatus
    body: bytes
    content_type: str = _TEXT
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_headers(self) -> dict[str, str]:
        """Every field of the head."""
        return {
            "Content-Type": self.content_type, "Content-Length": str(len(self.body)),
            **_HEADERS, **self.headers,
        }  # fmt: skip


def refusal(status: HTTPStatus, why: str, **headers: str) -> Answer:
    """An answer that says why there is none."""
    return Answer(status, f"{why}\n".encode(), headers=headers)


Page = Callable[[Query], Answer]


def answered(
    method: str, target: str, host: str | None, pages: Mapping[str, Page], names: frozenset[str]
) -> Answer:
    """The answer of one of ``pages``, by its path; ``names`` are names that this host goes by.

    >>> pages = {"/": lambda query: Answer(HTTPStatus.OK, b"hello")}
    >>> asked = [("GET", "/", "127.0.0.1:80"), ("GET", "/", "evil.example"), ("PUT", "/", "[::1]")]
    >>> [answered(*one, pages, frozenset()).status.value for one in asked]
    [200, 421, 405]
    """
    if host is None:
        return refusal(HTTPStatus.BAD_REQUEST, "a request names its host (RFC 9112 section 3.2)")
    if not _is_ours(host, names):
        why = "this dashboard does not go by that name; `netkit dashboard --name` tells it one"
        return refusal(HTTPStatus.MISDIRECTED_REQUEST, why)
    if method not in ("GET", "HEAD"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "nothing can be changed here",
                       Allow="GET, HEAD")  # fmt: skip
    try:
        asked = urlsplit(target)
        query = dict(parse_qsl(asked.query, max_num_fields=_FIELDS))
    except ValueError:
        return refusal(HTTPStatus.BAD_REQUEST, "not an address of this dashboard")
    page = pages.get(asked.path)
    if page is None:
        return refusal(HTTPStatus.NOT_FOUND, "there is no such page")
    return page(query)


def _is_ours(host: str, names: frozenset[str]) -> bool:
    """A name that was told, ``localhost``, or an address, which nobody can have resolved anew."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in names or name == "localhost":
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
