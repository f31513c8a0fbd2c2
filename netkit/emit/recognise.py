"""Whose words a configuration is in, by tell-tales: for hints where it is another's file."""

from __future__ import annotations

import re

_TELL_TALES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (target, re.compile(pattern, re.MULTILINE))
    for target, pattern in (
        ("json", r'"schema"\s*:\s*"netkit/router-state/'),
        ("sonic", r'"SRV6_MY_(LOCATORS|SIDS)"'),
        ("huawei", r'xmlns="urn:huawei:yang:|^\s*segment-routing ipv6\b|^\s*srv6-te policy\b'),
        ("iosxr", r'xmlns="http://cisco\.com/ns/yang/Cisco-IOS-XR'),
        ("iosxr", r"^\s*(micro-segment behavior|sid-format)\b"),
        ("junos", r"xmlns=\"http://yang\.juniper\.net/|\bsource-packet-routing\b"),
        ("sros", r'xmlns="urn:nokia\.com:|\bsegment-routing-v6\b'),
        ("ietf", r'xmlns="urn:ietf:params:xml:ns:yang:ietf-(srv6|sr-policy|stamp)'),
        ("frr", r"^\s*ipv6 route \S+ \S+ segments\b|^\s*static-sids\b|^segment-routing$"),
        ("linux", r"\bencap seg6(local)?\b|^table ip6 netkit_edge\b|: no edge filter of netkit$"),
    )
)
"""The first that is found rules: words of the later also stand in files of some before."""


def recognised(text: str) -> str | None:
    """The target whose words ``text`` has; None where none is recognised."""
    found = (target for target, words in _TELL_TALES if words.search(text))
    return next(found, None)


def hint(text: str, own: str) -> str | None:
    """What to say to somebody who gave ``text`` to the parser of target ``own``."""
    found = recognised(text)
    if found is None or found == own:
        return None
    return f"It looks like a file of target {found!r}: `--target {found}` reads those."
