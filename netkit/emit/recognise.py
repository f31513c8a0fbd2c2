"""Whose configuration a text is, told by statements that only one platform has, or by the first
line that netkit gives to a file."""

from __future__ import annotations

import re

_MARKS = (
    ("json", r'"schema"\s*:\s*"netkit/router-state/'),
    ("linux", r"encap seg6(local)? |^table ip6 netkit_edge|^link add \S+ type bridge"
              r"|: no edge filter of netkit$|: SRv6; apply once with: ip -batch FILE$"),
    ("iosxr", r"micro-segment behavior |sid-format usid-|^!!? .*\bIOS XR\b|^ipv6 access-list \S+"
              r"|//cisco\.com/ns/yang/|: SRv6 for Cisco IOS XR\."),
    ("sros", r"^# (.*Nokia SR OS|TiMOS-)|^/?configure( router \"| \{|\s*$)|^ *static-policy \""
             r"|urn:nokia\.com:sros|: SRv6 for Nokia SR OS, "),
    ("huawei", r"^segment-routing ipv6|^#?\s*sysname |srv6-te policy|urn:huawei:yang"
               r"|: SRv6 for Huawei VRP, "),
    ("junos", r"^(set )?(routing-options|protocols)( \{| source-packet-routing)"
              r"|yang\.juniper\.net|: SRv6 for Junos, for "),
    ("frr", r"^frr version|^ipv6 route .* segments|^ *format usid-|^ *static-sids|behavior usid"
            r"|: SRv6 of netkit, FRR \d"),
    ("sonic", r"\"SRV6_MY_(LOCATORS|SIDS)\""),
    ("ietf", r"urn:ietf:params:xml:ns:yang:ietf-(srv6|segment-routing|sr-policy|stamp)"
             r"|\"ietf-(routing:routing|stamp:stamp)\""
             r"|: SRv6, SR policies and STAMP of netkit in the models"),
)  # fmt: skip

_PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in _MARKS}


def shows(text: str, target: str) -> bool:
    """Whether ``text`` has a mark of this target."""
    return _PATTERNS[target].search(text) is not None


def marks(text: str) -> dict[str, re.Match[str]]:
    """The first mark of every target that ``text`` has one of, the earliest in it first."""
    patterns = _PATTERNS.items()
    found = {name: seen for name, one in patterns if (seen := one.search(text)) is not None}
    return dict(sorted(found.items(), key=lambda one: one[1].start()))


def recognised(text: str) -> str | None:
    """The target whose mark stands first in ``text``; None where none is recognised."""
    return next(iter(marks(text)), None)


def hint(text: str, own: str) -> str | None:
    """What to say to somebody who gave ``text`` to the parser of target ``own``."""
    found = recognised(text)
    if found is None or found == own:
        return None
    return f"It looks like {found}: read it as that target."
