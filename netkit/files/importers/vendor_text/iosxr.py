"""``show isis database verbose`` of IOS XR; ``detail`` is the same without sub-TLVs."""

from __future__ import annotations

import re
from collections.abc import Callable

from netkit.files.importers.link_state.records import STANDARD, SrlgRecord
from netkit.files.importers.link_state.values import digits, structure
from netkit.files.importers.vendor_text import iosxr_lines as lines
from netkit.files.importers.vendor_text.builder import Builder
from netkit.files.importers.vendor_text.drafts import LocatorDraft, SidDraft
from netkit.files.importers.vendor_text.iosxr_link import IosXrLink
from netkit.files.importers.vendor_text.traffic import count_unknown, stated_id

_FLEXIBLE = 128
"""Algorithms from here on are Flexible ones (RFC 9350 §4)."""


class IosXr:
    """Where the lines have come to: an LSP, and of it a neighbour, a locator, or risks."""

    command = "show isis database verbose"
    by_number = "hostname dynamic disable"

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._link: IosXrLink | None = None
        self._locator: LocatorDraft | None = None
        self._sid: SidDraft | None = None
        self._srlg: SrlgRecord | None = None
        self._has_details = False
        self._of_router: dict[str, Callable[[str], None]] = {
            "Metric": self._entry, "Hostname": self._hostname, "NLPID": self._protocols,
            "MT": self._topology, "SRv6 Locator": self._take_locator,
            "MPLS SRLG": self._start_srlg, "Algorithm": self._algorithm,
        }  # fmt: skip

    def line(self, line: str) -> None:
        """Take the next line."""
        text = line.strip()
        if not text or self._around(text) or self._builder.lsp is None:
            return
        self._builder.lsp.lines += 1
        key, colon, rest = text.partition(":")
        if self._link is not None:
            self._link.at(_indent(line))
        if colon and key in self._of_router:
            self._of_router[key](rest.strip())
        elif key in lines.OF_ROUTER:
            self._reset()
            self._other(key, text)
        elif not self._inside(key, rest.strip(), line):
            self._other(key if colon else "", text)

    def _inside(self, key: str, rest: str, line: str) -> bool:
        """A line of a neighbour, of a locator, or of risks; False for what is none."""
        if self._srlg is not None:
            return self._inside_srlg(key, rest, line.strip())
        known = self._inside_link(key, rest, line) or self._inside_locator(key, rest)
        self._has_details |= known
        return known

    def doubts(self) -> list[str]:
        """What the text may lack, in words."""
        details = [] if self._has_details else ["no addresses, figures or SIDs of links"]
        count = [] if self._builder.is_counted else ["no count of LSPs: the text may be cut"]
        return details + count

    def _around(self, text: str) -> bool:
        """Titles of levels, first lines of LSPs, counts."""
        head = lines.HEAD.fullmatch(text)
        if head is not None:
            self._reset()
            return self._builder.start_lsp(
                head["id"], head["sequence"], alive=int(head["life"]) > 0,
                overload=head["overload"] == "1", attached=head["attached"] == "1",
            )  # fmt: skip
        level = lines.LEVEL.fullmatch(text) if text.startswith("IS-IS") else None
        if level is not None:
            self._builder.start_level(level["name"], int(level["level"]))
        count = _first(lines.COUNTS, text) if text.startswith("Total") else None
        if count is not None:
            self._builder.count(int(count[1]))
        return level is not None or count is not None

    def _reset(self) -> None:
        self._link = self._locator = self._sid = self._srlg = None

    def _inside_link(self, key: str, rest: str, line: str) -> bool:
        link = self._link
        if link is None:
            return False
        if key == "Application Specific Link Attributes":
            link.start_application(_indent(line))
        elif key in link.takers:
            link.takers[key](rest)
            self._sid = link.sid
        elif lines.MASKS.fullmatch(key):
            link.masks(key)
        else:
            return self._parts(key, rest)
        return True

    def _inside_locator(self, key: str, rest: str) -> bool:
        if self._locator is None:
            return False
        if key == "END SID":
            self._end(rest)
        elif key == "Prefix Attribute Flags":
            self._flags(rest)
        else:
            return self._parts(key, rest)
        return True

    def _inside_srlg(self, key: str, rest: str, text: str) -> bool:
        risk, srlg = lines.SRLG.fullmatch(text), self._srlg
        if srlg is None:
            return False
        if risk is not None:
            srlg.values |= {risk[1]}
        elif key == "Local Interface ID":
            srlg.ends = stated_id(rest), srlg.ends[1]
        elif key == "Remote Interface ID":
            srlg.ends = srlg.ends[0], stated_id(rest)
        else:
            return False
        return True

    def _parts(self, key: str, rest: str) -> bool:
        """The lengths of the parts of the SID before."""
        found = lines.PARTS.fullmatch(rest) if key == "Block Length" else None
        if found is not None and self._sid is not None:
            lengths = [int(word) for word in found.groups()]
            self._sid.structure = structure(lengths, self._builder.skipped)
        return found is not None

    def _other(self, key: str, text: str) -> None:
        """What is not used; lines without a colon are what a terminal puts between others."""
        if key in lines.COUNTED:
            self._builder.skipped[lines.COUNTED[key]] += 1
        elif key in lines.IGNORED | lines.OF_ROUTER or text.startswith(("[", "Flex-Algo")):
            return
        elif key:
            count_unknown(self._builder.skipped, key)

    def _entry(self, rest: str) -> None:
        """A neighbour or a prefix, of the standard topology or another."""
        self._reset()
        found = lines.ENTRY.fullmatch(rest)
        if found is None or self._builder.lsp is None:
            count_unknown(self._builder.skipped, "Metric")
            return
        topology = STANDARD if found["topology"] is None else _topology(found["topology"])
        kind = found["kind"]
        if kind.startswith("IS"):
            draft = self._builder.neighbour(
                found["what"], found["metric"], topology, narrow=kind == "IS"
            )
            self._link = None if draft is None else IosXrLink(self._builder, draft)
        elif kind.startswith("IPv6"):
            self._builder.lsp.has_ipv6(topology)

    def _hostname(self, rest: str) -> None:
        self._reset()
        if self._builder.lsp is not None:
            self._builder.lsp.lsp.hostname = rest

    def _protocols(self, rest: str) -> None:
        self._reset()
        for word in rest.split():
            if self._builder.lsp is not None:
                self._builder.lsp.speaks(lines.PROTOCOLS.get(word.lower(), word))

    def _topology(self, rest: str) -> None:
        self._reset()
        found = lines.TOPOLOGY.fullmatch(rest)
        if found is not None and self._builder.lsp is not None:
            number = _topology(found["name"])
            self._builder.lsp.lsp.topologies[number] = found["overload"] == "1"

    def _algorithm(self, rest: str) -> None:
        number = digits(rest)
        if number is not None and number >= _FLEXIBLE:
            self._builder.skipped["Flexible Algorithms of a router"] += 1

    def _take_locator(self, rest: str) -> None:
        self._reset()
        found = lines.LOCATOR.fullmatch(rest)
        if found is None:
            count_unknown(self._builder.skipped, "SRv6 Locator")
            return
        self._locator = self._builder.locator(
            found["prefix"], _topology(found["topology"] or "IPv4 Unicast"), found["algorithm"],
            found["metric"], down=found["down"] == "1",
        )  # fmt: skip

    def _flags(self, rest: str) -> None:
        """What is passed on or comes from outside is another router's (RFC 7794 §2.1)."""
        found = lines.FLAGS.fullmatch(rest)
        if found is not None and self._locator is not None:
            self._locator.leaked |= "1" in (found["external"], found["passed_on"])

    def _end(self, rest: str) -> None:
        found = lines.END.fullmatch(rest)
        if found is None or self._locator is None or found["behavior"] not in ("uN", "End"):
            self._builder.skipped["SIDs of a locator that are no End"] += 1
            return
        self._sid = self._builder.sid(
            found["sid"], self._locator.algorithm, next_csid=found["behavior"] == "uN"
        )
        if self._sid is not None:
            self._locator.sids.append(self._sid)

    def _start_srlg(self, rest: str) -> None:
        self._reset()
        self._srlg = self._builder.srlg(rest)


def _topology(name: str) -> int:
    return lines.TOPOLOGIES.get(name, -1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    found = (pattern.fullmatch(text) for pattern in patterns)
    return next((one for one in found if one is not None), None)
