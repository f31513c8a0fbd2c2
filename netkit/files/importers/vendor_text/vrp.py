"""``display isis lsdb verbose`` of Huawei's VRP, whose neighbours may be names though LSPs are not.

``no-name`` behind it prints system ids everywhere, and is read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from netkit.files.importers.link_state.records import STANDARD, SYSTEM_ID
from netkit.files.importers.link_state.values import structure
from netkit.files.importers.vendor_text import vrp_lines as lines
from netkit.files.importers.vendor_text.builder import SPACES, Builder
from netkit.files.importers.vendor_text.drafts import LocatorDraft, NeighbourDraft, SidDraft
from netkit.files.importers.vendor_text.traffic import count_unknown

_Match = re.Match[str]


class Vrp:
    """Where the lines have come to: an LSP, and of it a neighbour or a locator."""

    command = "display isis lsdb verbose"
    by_number = "display isis lsdb verbose no-name"

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._process = ""
        self._near: NeighbourDraft | None = None
        self._locator: LocatorDraft | None = None
        self._sid: SidDraft | None = None
        self._takers: tuple[tuple[re.Pattern[str], Callable[[_Match], None]], ...] = (
            (lines.NEIGHBOUR, self._neighbour), (lines.OF_TOPOLOGY, self._of_topology),
            (lines.IPV6, self._ipv6), (lines.LOCATOR, self._take_locator), (lines.END, self._end),
            (lines.LAN_END_X, self._lan_end_x), (lines.FUNCTION, self._function),
            (lines.PARTS, self._parts), (lines.FLAGS, self._flags), (lines.NAME, self._name),
            (lines.SOURCE, self._source), (lines.PROTOCOL, self._protocol),
            (lines.TOPOLOGY, self._topologies),
        )  # fmt: skip

    def line(self, line: str) -> None:
        """Take the next line."""
        text = line.strip()
        if not text or self._around(text) or self._builder.lsp is None:
            return
        self._builder.lsp.lines += not text.startswith("-")
        for pattern, take in self._takers:
            found = pattern.fullmatch(text)
            if found is not None:
                take(found)
                return
        self._other(text)

    def doubts(self) -> list[str]:
        """What the text may lack, in words."""
        return [] if self._builder.is_counted else ["no count of LSPs: the text may be cut"]

    def _around(self, text: str) -> bool:
        """Titles of processes and levels, first lines of LSPs, counts."""
        head = lines.HEAD.fullmatch(text)
        if head is not None:
            self._near = self._locator = self._sid = None
            return self._builder.start_lsp(
                head["id"], head["sequence"], alive=int(head["life"]) > 0,
                overload=head["overload"] == "1", attached=head["attached"] == "1",
            )  # fmt: skip
        process, level = lines.PROCESS.fullmatch(text), lines.LEVEL.fullmatch(text)
        count = lines.COUNT.fullmatch(text)
        if process is not None:
            self._process = process["process"]
        if level is not None:
            self._builder.start_level(self._process, int(level["level"]))
        if count is not None:
            self._builder.count(int(count[1]))
        return any(found is not None for found in (process, level, count))

    def _other(self, text: str) -> None:
        if text.startswith(lines.IGNORED):
            return
        name = SPACES.split(text)[0]
        if name in lines.COUNTED:
            self._builder.skipped[lines.COUNTED[name]] += 1
        else:
            count_unknown(self._builder.skipped, name.partition(":")[0])

    def _start(self, near: NeighbourDraft | None, locator: LocatorDraft | None = None) -> None:
        self._near, self._locator, self._sid = near, locator, None

    def _neighbour(self, found: _Match) -> None:
        narrow = found["wide"] is None
        self._start(self._builder.neighbour(found["id"], found["metric"], STANDARD, narrow=narrow))

    def _of_topology(self, found: _Match) -> None:
        topology = int(found["topology"])
        self._start(self._builder.neighbour(found["id"], found["metric"], topology))

    def _ipv6(self, found: _Match) -> None:
        self._start(None)
        if self._builder.lsp is not None:
            self._builder.lsp.has_ipv6(int(found["topology"] or STANDARD))

    def _take_locator(self, found: _Match) -> None:
        locator = self._builder.locator(
            found["prefix"], int(found["topology"]), found["algorithm"], found["metric"],
            down=found["down"] == "1",
        )  # fmt: skip
        self._start(None, locator)

    def _end(self, found: _Match) -> None:
        self._sid = None
        if self._locator is not None and self._is_plain(found):
            self._sid = self._builder.sid(found["sid"], self._locator.algorithm)
        if self._locator is not None and self._sid is not None:
            self._locator.sids.append(self._sid)

    def _lan_end_x(self, found: _Match) -> None:
        self._sid = None
        if self._near is not None and self._is_plain(found):
            backup = found["backup"] == "1"
            self._sid = self._builder.sid(found["sid"], found["algorithm"], backed_up=backup)
        if self._near is not None and self._sid is not None:
            self._sid.lan = found["neighbour"]
            self._near.sids.append(self._sid)

    def _is_plain(self, found: _Match) -> bool:
        """Compressed SIDs are of a flavor that netkit makes no lists of."""
        compressed = found["compressed"] == "1"
        self._builder.skipped.update({"compressed SIDs (C)": 1} if compressed else {})
        return not compressed

    def _function(self, found: _Match) -> None:
        """The behavior of the SID before: what is no End or End.X goes again."""
        if self._sid is None or found["name"] in ("End", "End.X"):
            return
        holder = self._near if self._near is not None else self._locator
        if holder is not None:
            holder.sids.remove(self._sid)
            self._builder.skipped["SIDs that are neither End nor End.X"] += 1
        self._sid = None

    def _parts(self, found: _Match) -> None:
        if self._sid is not None:
            lengths = [int(word) for word in found.groups()]
            self._sid.structure = structure(lengths, self._builder.skipped)

    def _flags(self, found: _Match) -> None:
        """What is passed on or comes from outside is another router's (RFC 7794 §2.1)."""
        if self._locator is not None:
            self._locator.leaked |= "1" in (found["external"], found["passed_on"])

    def _name(self, found: _Match) -> None:
        if self._builder.lsp is not None:
            self._builder.lsp.lsp.hostname = found["name"]

    def _source(self, found: _Match) -> None:
        lsp = self._builder.lsp
        if lsp is not None and lsp.lsp.hostname is None and not SYSTEM_ID.fullmatch(found["name"]):
            lsp.lsp.hostname = found["name"]

    def _protocol(self, found: _Match) -> None:
        if self._builder.lsp is not None:
            self._builder.lsp.speaks(lines.PROTOCOLS.get(found["name"], found["name"]))

    def _topologies(self, found: _Match) -> None:
        """``Standard, IPV6(ATT)``: in brackets the bits, by the letters below the table."""
        for word in found["names"].split(","):
            one = lines.ONE_TOPOLOGY.fullmatch(word.strip())
            if one is not None and self._builder.lsp is not None:
                number = lines.TOPOLOGIES.get(one["name"].strip(), -1)
                bits = re.split(r"\W+", one["bits"] or "")
                overload = "OL" in bits or self._builder.lsp.lsp.overload
                self._builder.lsp.lsp.topologies[number] = overload
