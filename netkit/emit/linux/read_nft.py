"""The edge filter read back from its ``nft -f`` file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network, collapse_addresses, summarize_address_range

from netkit.emit.dialect import Foreign
from netkit.emit.linux.nft import NO_FILTER, TABLE
from netkit.emit.recognise import hint
from netkit.errors import InputError
from netkit.model.router_state import EdgeFilter, PeerPort

_SET = r"(?:\{ [0-9A-Fa-f:/, -]+ \}|[0-9A-Fa-f:/-]+)"
_FRAME = re.compile(
    rf"table ip6 {TABLE}|delete table ip6 {TABLE}|table ip6 {TABLE} \{{|chain prerouting \{{"
    r"|type filter hook prerouting priority raw; policy accept;|\}"
)
_DROPPED = re.compile(
    rf'iifname "(?P<port>[^"]+)" ip6 (?P<side>[ds]addr) (?P<blocks>{_SET}) counter drop'
)
_ACCEPTED = re.compile(rf'iifname "(?P<port>[^"]+)" ip6 daddr (?P<sids>{_SET}) accept')
_PROTECTED = re.compile(
    rf"ip6 daddr (?P<own>[0-9A-Fa-f:/]+)(?: ip6 daddr != (?P<spared>{_SET}))?"
    rf" ip6 saddr != (?P<inside>{_SET}) counter drop"
)


def read_nft(text: str, router: str) -> tuple[EdgeFilter | None, tuple[Foreign, ...]]:
    """The filter that the file of ``router`` says, None for none; and what in it is foreign.

    Raises:
        InputError: the file is not netkit's, or its rules contradict each other.
    """
    file = f"{router}.nft"
    if re.fullmatch(rf"# \S*: {NO_FILTER}\s*", text):
        return None, ()
    if not re.search(rf"^table ip6 {TABLE} \{{$", text, re.MULTILINE):
        raise InputError.single(
            f"no `table ip6 {TABLE}`", file=file, line=1,
            expected="a file of target linux, as `netkit emit` writes it",
            remedy=hint(text, "linux"),
        )  # fmt: skip
    reader, foreign = _Reader(file), []
    for number, line in enumerate(text.splitlines(), start=1):
        word = line.strip()
        if word and not word.startswith("#") and not reader.took(number, word):
            foreign.append(Foreign(number, word))
    return reader.edge(), tuple(foreign)


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._blocks: dict[tuple[IPv6Network, ...], int] = {}
        self._inside: dict[tuple[IPv6Network, ...], int] = {}
        self._customers: dict[str, int] = {}
        self._to_sids: set[str] = set()
        self._admitted: dict[str, tuple[IPv6Address, ...]] = {}
        self._protected: list[IPv6Network] = []
        self._reachable: list[IPv6Address] = []

    def took(self, number: int, line: str) -> bool:
        """Is the line one of netkit's rules? Then it is read."""
        try:
            return _FRAME.fullmatch(line) is not None or self._rule(number, line)
        except ValueError as error:
            raise InputError.single(str(error), file=self._file, line=number, value=line) from None

    def edge(self) -> EdgeFilter:
        """All rules as one filter. Half of that of a port is none: what comes in over it reaches
        the SIDs."""
        for port, number in self._customers.items():
            if port not in self._to_sids:
                what = "a port whose packets to SIDs nothing drops"
                raise InputError.single(what, file=self._file, line=number, value=port)
        peers = sorted(self._to_sids - self._customers.keys())
        return EdgeFilter(
            blocks=self._only(self._blocks, "blocks of SIDs"),
            inside=self._only(self._inside, "sources inside the domain"),
            protected=tuple(sorted(self._protected)),
            reachable=tuple(sorted(self._reachable)),
            customers=tuple(sorted(self._customers)),
            peers=tuple(PeerPort(one, self._admitted.get(one, ())) for one in peers),
        )

    def _rule(self, number: int, line: str) -> bool:
        if found := _DROPPED.fullmatch(line):
            self._blocks.setdefault(_networks(found["blocks"]), number)
            if found["side"] == "saddr":
                self._customers.setdefault(found["port"], number)
            else:
                self._to_sids.add(found["port"])
        elif found := _ACCEPTED.fullmatch(line):
            self._admitted[found["port"]] = _addresses(found["sids"])
        elif found := _PROTECTED.fullmatch(line):
            self._inside.setdefault(_networks(found["inside"]), number)
            self._protected.append(IPv6Network(found["own"]))
            self._reachable.extend(_addresses(found["spared"] or ""))
        else:
            return False
        return True

    def _only(
        self, found: dict[tuple[IPv6Network, ...], int], what: str
    ) -> tuple[IPv6Network, ...]:
        """Every rule has the same: the router has one filter."""
        if len(found) > 1:
            line = sorted(found.values())[1]
            raise InputError.single(f"rules with different {what}", file=self._file, line=line)
        return next(iter(found), ())


def _words(text: str) -> Iterable[str]:
    return (word for word in text.strip("{} ").split(", ") if word)


def _networks(text: str) -> tuple[IPv6Network, ...]:
    return tuple(collapse_addresses(own for word in _words(text) for own in _prefixes(word)))


def _prefixes(word: str) -> Iterable[IPv6Network]:
    """Those of a word; nft prints a range where prefixes that lie together are none."""
    begin, dash, end = word.partition("-")
    if not dash:
        return [IPv6Network(word)]
    return summarize_address_range(IPv6Address(begin), IPv6Address(end))


def _addresses(text: str) -> tuple[IPv6Address, ...]:
    return tuple(sorted(IPv6Address(word) for word in _words(text)))
