"""What a NETCONF server has to be able to do, and what of that it does not say it can."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_PREFIX = "urn:ietf:params:netconf:"
_LIBRARIES = ("capability:yang-library:1.0", "capability:yang-library:1.1")
_NEEDED = {
    "a candidate configuration": ("capability:candidate:1.0",),
    "to validate it": ("capability:validate:1.0", "capability:validate:1.1"),
    "to commit on probation": (
        "capability:confirmed-commit:1.0", "capability:confirmed-commit:1.1",
    ),
}  # fmt: skip
"""By what is needed (RFC 6241 §8): one of them."""

_TOP = re.compile(r"<config [^>]*>(.*)</config>", re.DOTALL)
_NAMESPACE = re.compile(r'\bxmlns(?::[\w.-]+)?="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server said in its ``<hello>``."""

    uris: frozenset[str]

    def has(self, *names: str) -> bool:
        """Whether it has one of these, without their common beginning."""
        bare = {uri.partition("?")[0] for uri in self.uris}
        return any(f"{_PREFIX}{name}" in bare for name in names)

    def missing(self, namespaces: Collection[str]) -> tuple[str, ...]:
        """What it lacks for a configuration with elements of these namespaces, in words.

        A server with a YANG library (RFC 8525) need not list its modules; what it does not know,
        it refuses when it is edited.
        """
        lacks = [f"{what} ({' or '.join(names)})" for what, names in _NEEDED.items()
                 if not self.has(*names)]  # fmt: skip
        if self.has(*_LIBRARIES):
            return tuple(lacks)
        known = {uri.partition("?")[0] for uri in self.uris}
        return (*lacks, *(f"the module of {one}" for one in sorted(set(namespaces) - known)))

    @property
    def can_cancel(self) -> bool:
        """Whether a commit on probation can be taken back at once (RFC 6241 §8.4.4.1)."""
        return self.has("capability:confirmed-commit:1.1")


def namespaces(config: str) -> frozenset[str]:
    """Those of the elements inside of a ``<config>``.

    >>> sorted(namespaces('<config xmlns="urn:base"><a xmlns="urn:a" xmlns:b="urn:b"/></config>'))
    ['urn:a', 'urn:b']
    """
    inside = _TOP.search(config)
    return frozenset(_NAMESPACE.findall(inside[1])) if inside else frozenset()


def subtree_filter(tops: Iterable[tuple[str, str]]) -> str:
    """The filter (RFC 6241 §6) for everything in these top-level elements, as name and namespace.

    >>> subtree_filter([("routing", "urn:r")])
    '<routing xmlns="urn:r"/>'
    """
    return "".join(f'<{name} xmlns="{namespace}"/>' for name, namespace in sorted(set(tops)))
