"""Reading back what was set: a kernel may take a route and leave out what it does not know.

Linux 6.1 takes ``End.X … flavors next-csid`` and holds a plain End.X, which loses uSID packets. So
what ``ip -batch`` was told of SIDs and segment lists is compared with what the kernel holds.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

_SET = re.compile(r"route (?:add|replace) (?P<dst>\S+) (?P<encap>encap seg6\S* .*?) dev ")
_HELD = re.compile(r"(?P<dst>\S+)\s+(?P<encap>encap seg6\S* .*?) dev ")
_SEGMENTS = re.compile(r"segs \d+ \[ (.*?) \]")


def not_held(batch: str) -> list[str]:
    """What the kernel of this namespace holds otherwise than ``batch`` set it, a sentence each.

    Looks at SIDs and at single segment lists, not at what is shared over several next hops.
    Raises OSError if ``ip`` does not say.
    """
    asked = dict(_routes(_SET, batch))
    if not asked:
        return []
    done = subprocess.run(
        ["ip", "-color=never", "-6", "route", "show", "table", "all"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise OSError(done.stderr.strip() or "ip failed")
    held = dict(_routes(_HELD, done.stdout))
    return [
        f"{dst}: set {wanted!r}, the kernel holds {held.get(dst, 'nothing')!r}"
        for dst, wanted in asked.items()
        if held.get(dst) != wanted
    ]


def _routes(form: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """Destination and encapsulation of each route, in the words of a batch."""
    for found in map(form.match, text.splitlines()):
        if found is not None and "nexthop" not in found["encap"]:
            as_set = _SEGMENTS.sub(lambda m: "segs " + m[1].replace(" ", ","), found["encap"])
            # The header of End.B6.Encaps is an srh, which ip wants said and does not say.
            yield found["dst"], " ".join(as_set.split()).replace(" srh segs ", " segs ")
