"""A database under construction: what the readers of all vendors' texts share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network

from netkit.errors import InputError
from netkit.files.importers.link_state.records import LSP_ID, Database, Lsp, Reach, SrlgRecord
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.link_state.values import algorithm, digits, metric
from netkit.files.importers.vendor_text.drafts import (
    LocatorDraft,
    LspDraft,
    NeighbourDraft,
    SidDraft,
)
from netkit.files.importers.vendor_text.names import resolve

_Level = tuple[str, int]
SPACES = re.compile(r"\s{2,}")
LEAKED = "locators of other routers that are passed on"


class Builder:
    """Takes levels, LSPs and their parts in the order in which they are printed."""

    def __init__(self, skipped: Skipped) -> None:
        self.skipped = skipped
        self.lsp: LspDraft | None = None
        self.levels: dict[_Level, list[LspDraft]] = defaultdict(list)
        self.mistaken: list[str] = []
        self._level: _Level = ("", 0)
        self._printouts, self._printed = 0, 0
        self.uncounted = 0

    def start_level(self, area: str, level: int) -> None:
        """What follows is of this level of this instance."""
        self.lsp, self._level = None, (area, level)
        self._printouts += 1
        self.uncounted += self._printed
        self._printed = 0

    def start_lsp(
        self, word: str, sequence: str, *, alive: bool, overload: bool = False,
        attached: bool = False,
    ) -> bool:  # fmt: skip
        """What follows is of this LSP; False for a word that is no LSP id."""
        found = LSP_ID.fullmatch(word)
        if found is None or found["fragment"] is None:
            return False
        self.lsp = LspDraft(Lsp(
            found["system"], found["circuit"].lower(), int(found["fragment"], 16), sequence,
            alive=alive and int(sequence, 0) > 0, overload=overload, attached=attached,
            printout=self._printouts,
        ))  # fmt: skip
        self.levels[self._level].append(self.lsp)
        self._printed += 1
        return True

    def count(self, number: int) -> None:
        """The router says how many LSPs it has printed of the level."""
        if number != self._printed:
            self.mistaken.append(f"level {self._level[1]}: {self._printed} of {number} LSPs")
        self.lsp, self._printed = None, 0

    def neighbour(
        self, word: str, cost: str, topology: int, *, narrow: bool = False
    ) -> NeighbourDraft | None:
        """A neighbour of the LSP; None for what is none, which is counted."""
        found, value = LSP_ID.fullmatch(word), metric(cost)
        if self.lsp is None or found is None:
            self.skipped["neighbours that cannot be read"] += 1
            return None
        if value is None:
            self.skipped["adjacencies without a metric of 24 bits"] += 1
            return None
        reach = Reach(found["system"], found["circuit"].lower(), value, topology, narrow)
        made = NeighbourDraft(reach)
        self.lsp.neighbours.append(made)
        return made

    def locator(
        self, prefix: str, topology: int, number: str, cost: str, *, down: bool
    ) -> LocatorDraft | None:
        """A locator of the LSP; None for what is none, which is counted."""
        try:
            network = IPv6Network(prefix)
        except ValueError:
            network = None
        plane = algorithm(number)
        if self.lsp is None or network is None or plane is None:
            self.skipped["locators that cannot be read"] += 1
            return None
        made = LocatorDraft(network, topology, plane, digits(cost) or 0, leaked=down)
        self.lsp.locators.append(made)
        return made

    def sid(
        self, word: str, number: int | str = 0, *, next_csid: bool = False, backed_up: bool = False
    ) -> SidDraft | None:
        """A SID; None for what is none, which is counted."""
        plane = algorithm(number)
        try:
            address = IPv6Address(word)
        except ValueError:
            address = None
        if address is None or plane is None:
            self.skipped["SIDs that cannot be read"] += 1
            return None
        return SidDraft(address, plane, next_csid, backed_up)

    def srlg(self, word: str) -> SrlgRecord | None:
        """Risks of a link of the LSP, to be filled."""
        found = LSP_ID.fullmatch(word)
        if self.lsp is None or found is None:
            return None
        made = SrlgRecord(found["system"], found["circuit"].lower(), (None, None), frozenset())
        self.lsp.lsp.srlgs.append(made)
        return made

    @property
    def is_counted(self) -> bool:
        """Whether the router has said of every list of more than one LSP how many there are."""
        return self.uncounted + self._printed < 2

    @property
    def is_brief(self) -> bool:
        """Whether there is nothing but the list of LSPs, or an LSP that holds more than its id.

        An LSP without a line in it is one that was purged, or one of which only a row is printed.
        """
        alive = [one for level in self.levels.values() for one in level if one.lsp.alive]
        return bool(alive) and not all(draft.lines for draft in alive)

    def database(self, file: str, by_number: str | None) -> Database:
        """The database; ``by_number`` is the command that prints system ids.

        Raises:
            InputError: LSPs are missing, by the router's own count; two routers have one name.
        """
        if self.mistaken:
            raise InputError.single(
                "the text is not whole", file=file, value=", ".join(self.mistaken),
                remedy="A pager or the length of a terminal may have cut it",
            )  # fmt: skip
        made = Database({key: self._made(drafts) for key, drafts in self.levels.items()})
        resolve(made, file, by_number)
        return made

    def _made(self, drafts: Iterable[LspDraft]) -> list[Lsp]:
        drafts = list(drafts)
        least = _least_metrics(drafts)
        for draft in drafts:
            own = [
                one for one in draft.locators
                if not one.leaked and one.metric == least[one.prefix, one.algorithm]
            ]  # fmt: skip
            self.skipped[LEAKED] += len(draft.locators) - len(own)
            draft.lsp.locators = [one.made() for one in own]
            draft.lsp.reaches = [one.made() for one in draft.neighbours]
        if not self.skipped[LEAKED]:
            del self.skipped[LEAKED]
        return [draft.lsp for draft in drafts]


def _least_metrics(drafts: Iterable[LspDraft]) -> dict[tuple[IPv6Network, int], int]:
    """Of locators that several routers state: whose they are states the least (RFC 9352 §7.1)."""
    least: dict[tuple[IPv6Network, int], int] = {}
    for draft in drafts:
        for one in draft.locators:
            key = one.prefix, one.algorithm
            least[key] = min(one.metric, least.get(key, one.metric))
    return least
