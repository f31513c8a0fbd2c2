"""What ``netkit emit`` wrote and what files leave out, in a few lines for all routers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from netkit.emit.emitted import Emitted, RefusedTarget, TargetFiles
from netkit.emit.network import RouterFiles
from netkit.language.words import counted, say

_MOST_CHARACTERS = 100


def target_lines(emitted: Emitted) -> Iterator[str]:
    """A line for each target that was written, then one for each that was not, and why."""
    several = len(emitted.made) + len(emitted.refused) > 1
    yield from (_made(one, named=several) for one in emitted.made)
    yield from (_refused(one) for one in emitted.refused)


def _made(one: TargetFiles, *, named: bool) -> str:
    routers = counted(len(one.routers), "router")
    said = say("{files} for {routers} in {folder}", files=counted(len(one.files), "file"),
               routers=routers, folder=one.folder)  # fmt: skip
    if one.kind is not None:
        said += say(", over {kind}: it takes no others", kind=one.kind)
    return f"{one.target}{say(': ')}{said}" if named else said


def _refused(one: RefusedTarget) -> str:
    more = len(one.problems) - 1
    first = replace(one.problems[0], file=None, remedy=None)
    said = say("{target}: not written: {why}", target=one.target, why=first)
    if not more:
        return said
    return said + say("; and {more}, which --target {target} tells",
                      more=counted(more, "more reason"), target=one.target)  # fmt: skip


def left_out_lines(routers: Iterable[RouterFiles]) -> Iterator[str]:
    """A line for each reason: its targets, the first example, how many more, why. Reasons that
    several targets share come first, then those of each target; of them the most frequent."""
    things: dict[str, dict[tuple[str, str], None]] = {}
    targets: dict[str, dict[str, None]] = {}
    order: dict[str, int] = {}
    for one in routers:
        order.setdefault(one.target, len(order))
        for left in one.left_out:
            things.setdefault(left.why, {})[one.router, left.what] = None
            targets.setdefault(left.why, {})[one.target] = None

    def rank(why: str) -> tuple[int, int]:
        shared = len(targets[why]) > 1
        return -1 if shared else order[next(iter(targets[why]))], -len(things[why])

    for why in sorted(things, key=rank):
        router, what = next(iter(things[why]))
        gone = f"{router}: {_short(what)}"
        if len(things[why]) > 1:
            gone = say("{names} and {count} more", names=gone, count=len(things[why]) - 1)
        yield say("{targets}: left out {what}: {why}", targets=", ".join(targets[why]), what=gone,
                  why=why)  # fmt: skip


def _short(what: str) -> str:
    """The beginning of what may be a list of hundreds: the files name them all."""
    return what if len(what) <= _MOST_CHARACTERS else f"{what[: _MOST_CHARACTERS - 1]}…"
