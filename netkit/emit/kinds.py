"""Which platform a file is of, by what only its files have: for the hint where a file of one
platform is given to the parser of another."""

from __future__ import annotations

import re

from netkit.errors import InputError, printable

_SIGNS = {
    "huawei (XML)": r"urn:huawei:yang:",
    "junos (XML)": r"https?://(?:yang\.juniper\.net|xml\.juniper\.net)/",
    "iosxr (XML)": r"http://cisco\.com/ns/yang/Cisco-IOS-XR",
    "sros (XML)": r"urn:nokia\.com:sros:",
    "ietf (XML)": r"<[^>]*urn:ietf:params:xml:ns:yang:ietf-(?:routing|stamp)\b",
    "ietf (JSON)": r'"ietf-(?:routing|stamp):(?:routing|stamp)"\s*:',
    "sonic": r'"SRV6_MY_(?:LOCATORS|SIDS)"\s*:',
    "huawei": r"(?m)^ *segment-routing ipv6 *$|^ *srv6-te policy ",
    "iosxr": r"(?m)^ *micro-segment behavior |^ *sid-format ",
    "junos": r"(?m)source-packet-routing\b",
    "sros": r"(?m)segment-routing-v6\b|^ */?configure \{?",
    "linux (ip)": r"(?m)^route add .* encap seg6",
    "linux (nft)": r"(?m)^ *(?:add |delete )?table (?:inet|ip6?|netdev) ",
    "frr": r"(?m)^ *(?:static-sids *$|(?:ip|ipv6) route \S+ .*\bsegments )|^  locators *$",
}
"""In order: XML and JSON before texts, which may quote them."""


def kind_of(text: str) -> str | None:
    """The target whose files look like ``text``; None where none is recognised."""
    return next((kind for kind, sign in _SIGNS.items() if re.search(sign, text)), None)


def not_of(target: str, text: str, file: str, line: int | None = None) -> InputError:
    """The error for a file that is not of ``target``, with a hint at the one whose it may be."""
    kind = kind_of(text)
    own = kind is None or kind.split(" ", maxsplit=1)[0] == target
    first = next((one for one in text.splitlines() if one.strip()), "")
    return InputError.single(
        f"not a file of {target}",
        file=file,
        line=line,
        value=printable(first[:60]) or "an empty file",
        remedy=None if own else f"It looks like one of {kind}.",
    )
