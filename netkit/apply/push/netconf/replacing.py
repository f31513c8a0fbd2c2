"""Configurations with entries that replace those of the same name, where merging is not enough.

Merged (RFC 6241 §7.2), the entries of a list that is there stay beside the new ones: of a segment
list that gets shorter the last SIDs, of a split that ends a list. Segment lists and candidate paths
have names or keys that netkit gives, and are replaced whole; all around them is merged.
"""

from __future__ import annotations

import re

_NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
_ENTRIES = {
    "huawei": ("segment-list", "candidate-path"),
    "ietf": ("segment-list", "candidate-path"),
    "iosxr": ("explicit-segment", "preference"),
    "junos": ("segment-list", "source-routing-path"),
    "sros": ("static-policy",),
}
"""By target: the entries of YANG lists that segment lists and candidate paths are."""


def replacing(config: str, target: str) -> str | None:
    """A ``<config>`` of ``target`` with such entries replaced; None where it has none.

    >>> replacing('<config xmlns="n"><static-policy/></config>', "sros") is None
    True
    >>> replacing('<config><static-policy><a/></static-policy></config>', "sros").partition("><")[2]
    'static-policy nc:operation="replace"><a/></static-policy></config>'
    """
    names = "|".join(_ENTRIES.get(target, ()))
    if not names:
        return None
    text, count = re.subn(rf"<({names})>", r'<\1 nc:operation="replace">', config)
    return re.sub(r"<config\b", rf'\g<0> xmlns:nc="{_NETCONF}"', text, count=1) if count else None
