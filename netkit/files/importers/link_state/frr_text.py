"""The text of ``show isis database detail`` of FRR, which is whole in every version.

Lines (:mod:`~netkit.files.importers.link_state.frr_lines`) become the keys that the JSON of
the same LSP has, so that both are read by the same code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from netkit.errors import InputError
from netkit.files.importers.link_state.frr_groups import MORE_MASKS, GroupLines
from netkit.files.importers.link_state.frr_lines import (
    ALGORITHM,
    AREA,
    AVERAGE,
    COUNT,
    DELAYS,
    END,
    END_X,
    ENDS,
    FLEX_ALGO,
    HEAD,
    IPV6,
    LEVEL,
    LOCATOR,
    LOSS,
    MT,
    OF_ROUTER,
    OLD_REACH,
    PARTS,
    REACH,
    SRLG,
    TOPOLOGIES,
)
from netkit.files.importers.link_state.frr_tlvs import Object, lsp_of
from netkit.files.importers.link_state.records import Database
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.link_state.values import digits


def read_frr_text(lines: Iterable[str], file: str, skipped: Skipped) -> Database:
    """Read a database, line by line; what is no line of one is passed over.

    Raises:
        InputError: LSPs are missing, by the count at the end of a level.
    """
    reader = _Reader(skipped)
    for line in lines:
        reader.line(line.rstrip())
    reader.end_of_level()
    if reader.cut:
        raise InputError.single(
            "the text is not whole", file=file, value=", ".join(reader.cut),
            remedy="`terminal length 0` keeps a pager from cutting it.",
        )  # fmt: skip
    return reader.database


class _Reader:
    """Where the lines have come to: a level, an LSP in it, a part of the LSP."""

    def __init__(self, skipped: Skipped) -> None:
        self.database = Database()
        self._skipped = skipped
        self._area, self._level, self._printouts = "", 0, 0
        self._lsp: Object | None = None
        self._part: Object = {}
        self._sid: Object = {}
        self._printed, self._count = 0, -1
        self.cut: list[str] = []
        self._groups = GroupLines()

    def line(self, line: str) -> None:
        """Take the next line."""
        head = HEAD.fullmatch(line)
        if head is not None:
            self.end_of_lsp()
            self._lsp = {
                "lsp": {"id": head["id"]}, "pdulen": int(head["length"]),
                "seqnumber": head["sequence"], "chksum": head["checksum"], "holdtime": head["life"],
                "attpol": head["bits"],
            }  # fmt: skip
            self._part = {}
        elif not line.startswith("  ") or COUNT.fullmatch(line):
            self._around(line)
        elif self._lsp is not None:
            self._inside(line.strip())

    def end_of_level(self) -> None:
        """See whether all of a level was there: of more than one LSP there is a count."""
        self.end_of_lsp()
        if 0 <= self._count != self._printed or (self._count < 0 and self._printed > 1):
            whole = f"of {self._count} LSPs" if self._count >= 0 else "LSPs and no count"
            self.cut.append(f"level {self._level}: {self._printed} {whole}")
        self._printed, self._count = 0, -1

    def end_of_lsp(self) -> None:
        """Keep the LSP that was being read."""
        if self._lsp is None:
            return
        locators = self._lsp.get("srv6locator", [])
        if len(locators) > 1 and self._lsp.get("segmentroutingalgorithm", {}).keys() - {"0", "1"}:
            # The algorithm of a locator is not in the text: which is that of SPF cannot be told.
            self._skipped["locators whose algorithm is not printed"] += len(locators)
            del self._lsp["srv6locator"]
        lsp = lsp_of(self._lsp, self._skipped)
        if lsp is not None:
            lsp.printout = self._printouts
            self._printed += 1
            self.database.levels.setdefault((self._area, self._level), []).append(lsp)
        self._lsp = None

    def _around(self, line: str) -> None:
        """Titles of instances and levels, and how many LSPs a level has."""
        area, level, count = AREA.fullmatch(line), LEVEL.fullmatch(line), COUNT.fullmatch(line)
        if count is not None:
            self._count = int(count[1])
        if area is not None or level is not None or count is not None:
            self.end_of_level()
        if area is not None:
            self._area = area[1]
        if level is not None:
            self._level = int(level[1])
            self._printouts += 1

    def _inside(self, text: str) -> None:
        for pattern, take in self._takers():
            found = pattern.fullmatch(text)
            if found is not None:
                take(found)
                return
        word, colon, rest = text.partition(":")
        if colon and word in ENDS:
            self._part[ENDS[word]] = _number(rest.strip().partition(" ")[0])
        elif colon and word in OF_ROUTER:
            self._own[OF_ROUTER[word]] = rest.strip()
        elif colon and not self._groups.take(self._part, word, rest.strip()):
            self._other(word, rest.strip())
        elif MORE_MASKS.fullmatch(text):
            self._groups.more(text)

    @property
    def _own(self) -> Object:
        return {} if self._lsp is None else self._lsp

    def _takers(self) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], None]], ...]:
        return (
            (REACH, self._reach), (OLD_REACH, self._old_reach), (DELAYS, self._delays),
            (AVERAGE, self._average), (LOSS, self._loss), (END_X, self._end_x),
            (END, self._end), (LOCATOR, self._locator), (IPV6, self._ipv6), (MT, self._mt),
            (SRLG, self._srlg), (ALGORITHM, self._algorithm), (FLEX_ALGO, self._flex_algo),
        )  # fmt: skip

    def _other(self, word: str, rest: str) -> None:
        """Lines that begin a part, or that need more than their word."""
        if word == "SRv6 SID Structure Locator Block length":
            parts = PARTS.match(f"{word}: {rest}")
            if parts is not None:
                keys = ("locblocklen", "locnodelen", "funclen", "arglen")
                self._sid["srv6sidstructure"] = dict(
                    zip(keys, map(int, parts.groups()), strict=True)
                )
        elif word == "Protocols Supported":
            self._own["supportedprotocols"] = dict(enumerate(rest.split(", ")))
        elif word == "Application Specific Link Attributes":
            asla: Object = {}
            self._part.setdefault("asla", []).append(asla)
            self._part = asla
        elif word in ("Interface IP Address", "Interface IPv6 Address"):
            self._part["interfaceaddress"] = rest
        elif word in ("Neighbor IP Address", "Neighbor IPv6 Address"):
            self._part["neighboraddress"] = rest
        elif word == "SRLG Values":
            self._part["values"] = [
                value for word in rest.split() if (value := digits(word)) is not None
            ]

    def _reach(self, found: re.Match[str]) -> None:
        self._part = {"mtid": found[1], "id": found[2], "metric": int(found[3])}
        if found[4]:
            self._part["mtname"] = found[4]
        self._own.setdefault("extreach", []).append(self._part)

    def _old_reach(self, found: re.Match[str]) -> None:
        self._part = {"isreach": found[1], "metric": int(found[2])}
        self._own.setdefault("oldreachstyle", []).append(self._part)

    def _delays(self, found: re.Match[str]) -> None:
        self._part["maxmindelay"] = {"delay": found[1], "microsec": found[2]}

    def _average(self, found: re.Match[str]) -> None:
        self._part["avgdelay"] = {"delay": found[1], "microsec": int(found[2])}

    def _loss(self, found: re.Match[str]) -> None:
        self._part["linkpacketloss"] = {"loss": found[1], "percentage": found[2]}

    def _end_x(self, found: re.Match[str]) -> None:
        self._sid = {
            "sid": found["sid"], "algorithm": found["algorithm"], "behavior": found["behavior"],
            "flagb": found["backup"], "flags": found["set"], "neighborid": found["neighbor"],
        }  # fmt: skip
        key = "srv6lanendxsid" if found["lan"] else "srv6endxsid"
        self._part.setdefault(key, []).append(self._sid)

    def _end(self, found: re.Match[str]) -> None:
        self._sid = {"endpointbehavior": found[1], "sidvalue": found[2]}
        self._part.setdefault("subtlvs", {}).setdefault("srv6endsid", []).append(self._sid)

    def _locator(self, found: re.Match[str]) -> None:
        self._part = {"prefix": found[1], "mtname": found[2]}
        self._own.setdefault("srv6locator", []).append(self._part)

    def _ipv6(self, found: re.Match[str]) -> None:
        self._part = {"mtid": "mt" if found[1] else "", "prefix": found[2]}
        if found[1]:
            self._part["mtname"] = found[3].strip()
        self._own.setdefault("ipv6reach", []).append(self._part)

    def _mt(self, found: re.Match[str]) -> None:
        number = TOPOLOGIES.get(found[1], _number(found[1]))
        made: dict[str, Any] = {"mtid": number, "overloadbit": found[2] is not None}
        self._own.setdefault("mt", []).append(made)

    def _srlg(self, found: re.Match[str]) -> None:
        self._part = {"neighbor": found[1]}
        self._own.setdefault("srlg", []).append(self._part)

    def _algorithm(self, found: re.Match[str]) -> None:
        self._own.setdefault("segmentroutingalgorithm", {})[found[1]] = "SPF"

    def _flex_algo(self, found: re.Match[str]) -> None:
        self._part = {"algorithm": found[1]}
        self._own.setdefault("flexalgodefinition", []).append(self._part)


def _number(word: str) -> int | str:
    found = digits(word)
    return word if found is None else found
