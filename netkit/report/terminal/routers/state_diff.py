"""What ``netkit diff`` shows people: a line a difference, in colour, router by router."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from netkit.emit.network_diff import NetworkDiff, Side
from netkit.language.words import counted, marked, say
from netkit.report.words.state_diff import change_words
from netkit.report.words.text import visible

_STYLES = {"-": "red", "+": "green", "~": "yellow"}


def diff_lines(old: Side, new: Side, found: NetworkDiff) -> Iterator[Text]:
    """Both sides, all that ``new`` has less, more or otherwise, and how many routers differ."""
    yield Text(visible(f"--- {old.what}"), style="bold")
    yield Text(visible(f"+++ {new.what}"), style="bold")
    for sign, names in (("-", found.only_old), ("+", found.only_new)):
        for name in names:
            yield _line(sign, say("router {name}", name=name), indent="")
    for name, changes in found.changes.items():
        yield Text(visible(say("router {name}", name=name)), style="bold")
        for change in changes:
            yield _line(*change_words(change), indent="  ")
    differ = len(found.only_old) + len(found.only_new) + len(found.changes)
    if found.none:
        same = counted(len(found.same), "router")
        yield Text(say("no difference in {routers}", routers=same))
    else:
        one, many = marked("{routers} differs, of {all}"), marked("{routers} differ, of {all}")
        words = one if differ == 1 else many
        whole = differ + len(found.same)
        yield Text(say(words, routers=counted(differ, "router"), all=whole))


def foreign_lines(side: Side) -> Iterator[str]:
    """How many statements of each router netkit kept and did not judge, with the first."""
    for name, own in side.foreign.items():
        first = f"the first in line {own[0].line}: {own[0].text}"
        yield visible(f"{side.what}: {name}: {counted(len(own), 'foreign statement')}, {first}")


def _line(sign: str, words: str, indent: str) -> Text:
    return Text(visible(f"{indent}{sign} {words}"), style=_STYLES[sign])
