"""Whose configuration a text is, told by statements that only one platform has: so that a file
given to the wrong parser is refused with a hint instead of being read as nothing known."""

from __future__ import annotations

import re

from netkit.errors import InputError

_MARKS = (
    ("linux", r"encap seg6(local)? |^table ip6 netkit_edge|^link add \S+ type bridge"),
    ("iosxr", r"micro-segment behavior |sid-format usid-|^!! IOS XR|^ipv6 access-list \S+"
              r"|//cisco\.com/ns/yang/"),
    ("sros", r"^/?configure( router \"| \{|\s*$)|^ *static-policy \"|urn:nokia\.com:sros"),
    ("huawei", r"^segment-routing ipv6|^#?\s*sysname |srv6-te policy|urn:huawei:yang"),
    ("junos", r"^(set )?(routing-options|protocols)( \{| source-packet-routing)"
              r"|yang\.juniper\.net"),
    ("frr", r"^frr version|^ipv6 route .* segments|^ *format usid-|^ *static-sids|behavior usid"),
    ("sonic", r"\"SRV6_MY_(LOCATORS|SIDS)\""),
    ("ietf", r"urn:ietf:params:xml:ns:yang:ietf-(srv6|segment-routing|sr-policy|stamp)"),
)  # fmt: skip

_PATTERNS = tuple((name, re.compile(pattern, re.MULTILINE)) for name, pattern in _MARKS)


def refuse_others(text: str, file: str, platform: str) -> None:
    """Refuse a text that shows marks of other platforms and none of ``platform``.

    Raises:
        InputError: naming the platform whose it seems to be, and the line of the mark.
    """
    found = {name: seen for name, one in _PATTERNS if (seen := one.search(text)) is not None}
    if platform in found or not found:
        return
    name, seen = min(found.items(), key=lambda one: one[1].start())
    raise InputError.single(
        f"this is no file of {platform}",
        file=file,
        line=text.count("\n", 0, seen.start()) + 1,
        value=" ".join(seen.group().split()),
        expected=f"configuration of {platform}",
        remedy=f"It looks like {name}: read it as that target.",
    )
