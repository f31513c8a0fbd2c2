"""``show isis database extensive`` of Junos: of each LSP a summary, its header, and its TLVs.

The TLVs are read, and of the summary only what they do not hold in any public sample: neighbours of
topologies other than the standard one. ``detail`` is the summary alone, without overload bits.
"""

from __future__ import annotations

from collections.abc import Callable

from netkit.files.importers.link_state.records import STANDARD
from netkit.files.importers.link_state.values import structure
from netkit.files.importers.vendor_text import junos_lines as lines
from netkit.files.importers.vendor_text.builder import Builder
from netkit.files.importers.vendor_text.drafts import LocatorDraft, NeighbourDraft, SidDraft
from netkit.files.importers.vendor_text.traffic import count_unknown, far, near, stated_id

_TLVS_END = "No queued transmissions"


class Junos:
    """Where the lines have come to: an LSP, its TLVs, and of them a neighbour or a locator."""

    command = "show isis database extensive"
    by_number = None

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._in_tlvs = False
        self._indent = 0
        self._near: NeighbourDraft | None = None
        self._locator: LocatorDraft | None = None
        self._sid: SidDraft | None = None
        self._level = 0
        self._unfinished = 0
        self._takers: dict[str, Callable[[str], None]] = {
            "Speaks": self._speaks, "Hostname": self._hostname,
            "IS extended neighbor": self._extended, "IS neighbor": self._narrow,
            "IPv6 prefix": self._ipv6, "SRv6 Locator": self._take_locator,
        }  # fmt: skip
        self._of_link: dict[str, Callable[[NeighbourDraft, str], None]] = {
            "IP address": self._near_ipv4, "Neighbor's IP address": self._far_ipv4,
            "Local interface index": self._ids,
        }  # fmt: skip
        self._of_locator: dict[str, Callable[[LocatorDraft, str], None]] = {
            "SRv6 SID": self._end, "SRv6 micro-node-SID": self._micro_node,
            "Prefix-Attribute-Flags": self._flags, "Locator block length": self._parts,
        }  # fmt: skip

    def line(self, line: str) -> None:
        """Take the next line."""
        text = line.strip()
        if not text or self._around(text) or self._builder.lsp is None:
            return
        if text == "TLVs:":
            self._in_tlvs = True
            self._builder.lsp.lines += 1
        elif text == _TLVS_END:
            self._reset()
        elif self._in_tlvs:
            self._inside(text, len(line) - len(line.lstrip()))
        else:
            self._above(text)

    def doubts(self) -> list[str]:
        """What the text may lack, in words."""
        self._end_lsp()
        cut = f"{self._unfinished} LSPs whose TLVs do not end: the text may be cut"
        return [cut] if self._unfinished else []

    def _around(self, text: str) -> bool:
        """Titles of levels, first lines of LSPs."""
        head = lines.HEAD.fullmatch(text)
        if head is None:
            head = lines.ROW.fullmatch(text)
        if head is not None:
            self._end_lsp()
            alive = int(head["life"]) > 0
            return self._builder.start_lsp(head["id"], head["sequence"], alive=alive)
        level = lines.LEVEL.fullmatch(text)
        if level is not None:
            self._level = int(level["level"])
            self._builder.start_level("", self._level)
        instance = lines.INSTANCE.fullmatch(text)
        if instance is not None:
            self._builder.start_level(f"{instance['name']}/{instance['routing']}", self._level)
        return level is not None or instance is not None

    def _end_lsp(self) -> None:
        self._unfinished += self._in_tlvs
        self._reset()

    def _reset(self) -> None:
        self._in_tlvs = False
        self._near = self._locator = self._sid = None

    def _above(self, text: str) -> None:
        """The summary and the header of an LSP: its bits, and what is of other topologies."""
        lsp = self._builder.lsp
        bits, reach = lines.BITS.fullmatch(text), lines.OF_TOPOLOGY.fullmatch(text)
        prefix = lines.PREFIX_OF_TOPOLOGY.fullmatch(text)
        if lsp is None:
            return
        if bits is not None:
            lsp.lsp.overload = "Overload" in bits["words"]
            lsp.lsp.attached = "Attached" in bits["words"]
        elif reach is not None and _topology(reach["topology"]) != STANDARD:
            topology = _topology(reach["topology"])
            self._builder.neighbour(reach["id"], reach["metric"], topology)
        elif prefix is not None:
            lsp.has_ipv6(_topology(prefix["topology"]))

    def _inside(self, text: str, indent: int) -> None:
        key, colon, rest = (part.strip() for part in text.partition(":"))
        if indent <= self._indent:
            self._near = self._locator = self._sid = None
        if key in self._takers:
            self._indent = indent
            self._takers[key](rest)
        elif self._near is not None and key in self._of_link:
            self._of_link[key](self._near, rest)
        elif self._locator is not None and key in self._of_locator:
            self._of_locator[key](self._locator, rest)
        elif key in lines.COUNTED:
            self._builder.skipped[lines.COUNTED[key]] += 1
        elif colon and key not in lines.IGNORED and not key.startswith("Priority "):
            count_unknown(self._builder.skipped, key)

    def _speaks(self, rest: str) -> None:
        if self._builder.lsp is not None:
            self._builder.lsp.speaks(lines.PROTOCOLS.get(rest.upper(), rest))

    def _hostname(self, rest: str) -> None:
        if self._builder.lsp is not None:
            self._builder.lsp.lsp.hostname = rest

    def _ipv6(self, _rest: str) -> None:
        if self._builder.lsp is not None:
            self._builder.lsp.has_ipv6(STANDARD)

    def _extended(self, rest: str) -> None:
        found = lines.EXTENDED.fullmatch(rest)
        if found is None:
            count_unknown(self._builder.skipped, "IS extended neighbor")
            return
        self._near = self._builder.neighbour(found["id"], found["metric"], STANDARD)

    def _narrow(self, rest: str) -> None:
        found = lines.NARROW.fullmatch(rest)
        if found is None:
            count_unknown(self._builder.skipped, "IS neighbor")
            return
        self._builder.neighbour(found["id"], found["metric"], STANDARD, narrow=True)

    def _near_ipv4(self, link: NeighbourDraft, rest: str) -> None:
        link.reach.ipv4 = near(link.reach.ipv4, rest)

    def _far_ipv4(self, link: NeighbourDraft, rest: str) -> None:
        link.reach.ipv4 = far(link.reach.ipv4, rest)

    def _ids(self, link: NeighbourDraft, rest: str) -> None:
        found = lines.IDS.fullmatch(rest)
        if found is not None:
            link.reach.ids = stated_id(found[1]), stated_id(found[2])

    def _take_locator(self, rest: str) -> None:
        found = lines.LOCATOR.fullmatch(rest)
        if found is None:
            count_unknown(self._builder.skipped, "SRv6 Locator")
            return
        down = bool(int(found["flags"], 16) & lines.DOWN)
        self._locator = self._builder.locator(
            found["prefix"], int(found["topology"]), found["algorithm"], found["metric"], down=down
        )

    def _flags(self, locator: LocatorDraft, rest: str) -> None:
        """What is passed on or comes from outside is another router's (RFC 7794 §2.1)."""
        found = lines.FLAGS.fullmatch(rest)
        if found is not None:
            locator.leaked |= "1" in (found["external"], found["passed_on"])

    def _end(self, locator: LocatorDraft, rest: str) -> None:
        self._take_sid(locator, rest, micro=False)

    def _micro_node(self, locator: LocatorDraft, rest: str) -> None:
        self._take_sid(locator, rest, micro=True)

    def _take_sid(self, locator: LocatorDraft, rest: str, *, micro: bool) -> None:
        found = lines.SID.fullmatch(rest)
        word = rest if found is None else found["sid"]
        self._sid = self._builder.sid(word, locator.algorithm, next_csid=micro)
        if self._sid is not None:
            locator.sids.append(self._sid)

    def _parts(self, _locator: LocatorDraft, rest: str) -> None:
        found = lines.PARTS.fullmatch(rest)
        if found is not None and self._sid is not None:
            lengths = [int(word) for word in found.groups()]
            self._sid.structure = structure(lengths, self._builder.skipped)


def _topology(name: str) -> int:
    return lines.TOPOLOGIES.get(name, -1)
