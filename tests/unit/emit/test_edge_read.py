"""An edge filter that lets more in than netkit's is not read as netkit's: whoever compares would be
told that customers are kept from the SIDs."""

import re

import pytest
from vendor_samples import usid_router

from netkit.emit.targets import dialect
from netkit.errors import InputError

OPEN = [
    ("iosxr", ".cfg", r" \d+ deny ipv6 5f00::/32 any\n", ""),
    ("iosxr", ".cfg", r"(access-list NETKIT-EDGE\n)", r"\1 5 permit ipv6 any any\n"),
    ("iosxr", ".cfg", r"(permit ipv6 any \S+)/128", r"\1/64"),
    ("iosxr", ".cfg", r"(access-list NETKIT-PEER-\S+\n(?: .*permit.*\n)*) \d+ deny .*\n", r"\1"),
    ("iosxr", ".xml", r"<deny>(?=\s*<protocol>ipv6</protocol>\s*<source>\s*<address>)", "<off>"),
    ("sros", ".xml", r"<src-ip>", "<source>"),
    ("sros", ".xml", r"(<dst-ip>\s*<address>5f00:[^<]*)/128", r"\1/64"),
]


def changed(target, suffix, pattern, instead):
    own = dialect(target)
    written = own.render(own.carried(usid_router()))[suffix]
    text, count = re.subn(pattern, instead, written, count=1)
    if instead in ("<off>", "<source>"):
        # With its end, so that it is well-formed.
        end = pattern.partition("(?=")[0].replace("<", "</")
        at = text.index(instead)
        text = text[:at] + text[at:].replace(end, instead.replace("<", "</"), 1)
    assert count, text
    return own, {suffix: text}


@pytest.mark.parametrize(("target", "suffix", "pattern", "instead"), OPEN)
def test_a_filter_that_is_open_is_told(target, suffix, pattern, instead):
    own, files = changed(target, suffix, pattern, instead)
    whole = own.carried(usid_router()).state.edge
    try:
        edge = own.parse(files, usid_router().router).state.edge
    except InputError as error:
        assert "does not keep out" in str(error)  # noqa: PT017 - either of both will do
    else:
        assert edge != whole


@pytest.mark.parametrize("suffix", [".cfg", ".xml"])
def test_an_entry_of_the_operator_between_is_foreign(suffix):
    own = dialect("iosxr")
    text = own.render(own.carried(usid_router()))[suffix]
    whole = own.parse({suffix: text}, "r").state.edge
    if suffix == ".cfg":
        more = "access-list NETKIT-EDGE\n 5 permit ipv6 2001:db8::/32 any\n"
        text = text.replace("access-list NETKIT-EDGE\n", more)
    else:
        first = re.search(r" *<sequence>.*?</sequence>\n", text, re.DOTALL)[0]
        other = first.replace(">10<", ">5<").replace("5f00::", "2001:db8::")
        text = text.replace(first, other + first, 1)
    parsed = own.parse({suffix: text}, "r")
    assert parsed.state.edge == whole
    assert len(parsed.foreign) == 1


def test_an_entry_between_those_of_sros_is_foreign_unless_it_opens_the_filter():
    own = dialect("sros")
    text = own.render(own.carried(usid_router()))[".xml"]
    whole = own.parse({".xml": text}, "r").state.edge
    first = re.search(r" *<entry>.*?</entry>\n", text, re.DOTALL)[0]
    block = re.search(r"<address>([^<]*)", first)[1]
    for prefix, verdict, opens in (
        ("2001:db8::/32", "drop", False), ("2001:db8::/32", "accept", False),
        (block, "accept", True),
    ):  # fmt: skip
        other = (
            first.replace(">10<", ">5<").replace(block, prefix).replace("<drop/>", f"<{verdict}/>")
        )
        changed = text.replace(first, other + first, 1)
        if opens:
            with pytest.raises(InputError, match="does not keep out"):
                own.parse({".xml": changed}, "r")
        else:
            parsed = own.parse({".xml": changed}, "r")
            assert (parsed.state.edge, len(parsed.foreign)) == (whole, 1)


def test_a_port_of_which_half_the_rules_are_gone_is_told():
    files = {
        ".ip": "# r: SRv6; apply once with: ip -batch FILE\n",
        ".nft": "table ip6 netkit_edge {\n  chain prerouting {\n"
        '    iifname "cust0" ip6 saddr 5f00::/32 counter drop\n  }\n}\n',
    }
    with pytest.raises(InputError, match=r"r\.nft:3: a port whose packets to SIDs nothing drops"):
        dialect("linux").parse(files, "r")
