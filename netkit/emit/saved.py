"""What a terminal leaves in a configuration that was copied from a session, apart from the words of
the router: prompts, the marks of a pager, other lines before an XML.

A prompt says nothing and is taken for an empty line, so that lines keep their numbers. A pager's
mark stands in the place of what it wrote over: half a list would be another list, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netkit.errors import InputError, Problem, printable

_COMMANDS = "admin|cat|commit|display|end|exit|info|quit|return|screen-length|show|terminal|vtysh"
_PROMPT = re.compile(
    r"(<[\w.~*-]+>"  # VRP
    r"|\[[~*]?[\w./ -]*\]"  # VRP in a view, Junos and SR OS above theirs
    r"|\{\w+(:\w+)?\}"  # Junos of two routing engines
    r"|[\w./:@~*()-]+[>#])"  # IOS XR, Junos, SR OS, FRR, a shell
    rf"\s*(({_COMMANDS})\b.*)?"
)
_PAGER = re.compile(r"\s*-+ ?\(?more\b.*-+\s*", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_XML = re.compile(r"\s*<([?!]|[^>]*>\s*(<|$))")
_JSON = re.compile(r'\s*\{\s*["}]')
_XML_BEGINS = re.compile(r"\s*<(\?xml|config|configuration|data|rpc-reply)[\s>]")


def is_xml(text: str) -> bool:
    """Does it begin as XML does? A prompt in angle brackets has words behind it, and no element.

    >>> is_xml("<config><a/></config>"), is_xml("<r1>display current-configuration")
    (True, False)
    """
    return _XML.match(text) is not None


def own_words(text: str, file: str) -> str:
    """The text with its prompts as empty lines.

    Raises:
        InputError: marks of a pager, control characters, or an XML behind other lines, with every
            line of them.
    """
    if is_xml(text) or _JSON.match(text):
        return text
    lines = text.split("\n")
    problems = list(_problems(lines, file))
    if problems:
        raise InputError(problems)
    return "\n".join("" if _PROMPT.fullmatch(line.rstrip()) else line for line in lines)


def _problems(lines: list[str], file: str) -> Iterator[Problem]:
    for number, line in enumerate(lines, start=1):
        if _CONTROL.search(line) or _PAGER.fullmatch(line):
            what = "what a terminal or its pager wrote over, not what the router says"
            remedy = "Save it without a pager (`screen-length 0 temporary`, `terminal length 0`)."
            yield Problem(file, number, what, printable(line.strip()), remedy=remedy)
        elif _XML_BEGINS.match(line):
            yield Problem(file, number, "other lines stand before the XML", expected="XML alone")
            return
