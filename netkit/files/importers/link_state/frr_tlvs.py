"""The TLVs of one LSP as FRR prints them in JSON; keys come without hyphens and in small letters.

Every function is after the one of ``isisd/isis_tlvs.c`` that prints what it reads, in all forms
that it has had; ``docs/importers.md`` has them in a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Network
from typing import Any

from netkit.files.importers.link_state.frr_adjacency import (
    FlexNumbers,
    reach_of,
    sid_of,
    words_of,
)
from netkit.files.importers.link_state.records import (
    IPV6_UNICAST,
    LSP_ID,
    STANDARD,
    FlexRecord,
    LocatorRecord,
    Lsp,
    Reach,
    SrlgRecord,
)
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.link_state.values import (
    address,
    algorithm,
    code_point,
    digits,
    groups_of_masks,
    metric,
)

Object = dict[str, Any]

_TOPOLOGIES = {"standard": 0, "ipv4-unicast": 0, "ipv6-unicast": IPV6_UNICAST}
_NO_LIFE = "("
"""FRR prints the time since an LSP was purged in brackets."""

_READ = {
    "lsp", "pdulen", "seqnumber", "chksum", "holdtime", "attpol", "supportedprotocols",
    "protocolssupported", "areaaddr", "hostname", "terouterid", "ipv6terouterid",
    "routercapability", "extreach", "mtreach", "oldreachstyle", "mt", "mtrouterinfo", "srv6locator",
    "srlg", "srlgipv6", "segmentroutingalgorithm", "flexalgodefinition", "id", "count", "area",
    # Prefixes and addresses of routers themselves: a plan needs none of them.
    "ipv4", "ipv6", "globalipv6", "ipreach", "oldipreachstyle", "extipreach", "ipv6reach",
    "authpass", "authhmacmd5", "authunknown", "testauth", "spineleafextension", "p2pthreewayadj",
    "purgeoriginator",
}  # fmt: skip
_SKIPPED = {
    "segmentroutinggb": "SR-MPLS global blocks",
    "segmentroutinglb": "SR-MPLS local blocks",
    "msd": "SID depths of SR-MPLS",
}


def lsp_of(found: Object, skipped: Skipped) -> Lsp | None:
    """One LSP; None for what is none."""
    head = found.get("lsp")
    match = LSP_ID.fullmatch(str(head.get("id", ""))) if isinstance(head, dict) else None
    if match is None:
        return None
    for key in found.keys() - _READ:
        skipped[_SKIPPED.get(key, f"`{key}` of a router")] += 1
    attached, overload = _bits(str(found.get("attpol", "")))
    algorithms = _algorithms(found)
    locators = list(_locators(found, skipped))
    numbered = tuple((locator.prefix, locator.algorithm) for locator in locators)
    return Lsp(
        match["system"], match["circuit"].lower(), int(match["fragment"] or "0", 16),
        sequence=str(found.get("seqnumber", "")),
        checksum=str(found.get("chksum", "")),
        alive=_is_alive(found),
        overload=overload,
        attached=attached,
        hostname=found.get("hostname") if isinstance(found.get("hostname"), str) else None,
        protocols=_protocols(found),
        topologies=dict(_topologies(found)),
        ipv6_topologies=frozenset(_ipv6_topologies(found)),
        reaches=list(_reaches(found, skipped, FlexNumbers(numbered, algorithms))),
        locators=locators,
        srlgs=list(_srlgs(found, skipped)),
        algorithms=algorithms,
        flex_algos=list(_flex_algos(found)),
    )  # fmt: skip


def listed(value: object) -> list[Object]:
    """The objects of a list, or the one that stands alone."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _algorithms(found: Object) -> frozenset[int]:
    """Those that a router takes part in, by their numbers; the words beside them are too few."""
    stated = found.get("segmentroutingalgorithm")
    words = stated.keys() if isinstance(stated, dict) else ()
    numbers = (algorithm(word) for word in words)
    return frozenset(number for number in numbers if number is not None)


def _flex_algos(found: Object) -> Iterator[FlexRecord]:
    """Definitions, which only the text has."""
    for item in listed(found.get("flexalgodefinition")):
        number = algorithm(item.get("algorithm"))
        if number is not None:
            yield FlexRecord(
                number,
                code_point(item.get("metrictype")),
                code_point(item.get("calctype")),
                code_point(item.get("priority")),
                include_any=groups_of_masks(words_of(item.get("includeany"))),
                include_all=groups_of_masks(words_of(item.get("includeall"))),
                exclude_any=groups_of_masks(words_of(item.get("excludeany"))),
                unread=tuple(item.get("unread", ())),
            )


def _bits(word: str) -> tuple[bool, bool]:
    """``attPOl``: " none", or attached, partition and overload bit as ``0/0/1``."""
    bits = word.strip().split("/")
    return (bits[0] == "1", bits[2] == "1") if len(bits) == 3 else (False, False)


def _is_alive(found: Object) -> bool:
    """A purged LSP has no life left; number 0 is a place kept for one (ISO 10589, 7.3.16)."""
    life, sequence = str(found.get("holdtime", "1")), str(found.get("seqnumber", "1"))
    try:
        numbered = int(sequence, 0) > 0
    except ValueError:
        numbered = True
    return not life.startswith(_NO_LIFE) and life != "0" and numbered


def _protocols(found: Object) -> frozenset[str] | None:
    stated = found.get("supportedprotocols", found.get("protocolssupported"))
    return frozenset(map(str, stated.values())) if isinstance(stated, dict) else None


def _topologies(found: Object) -> Iterator[tuple[int, bool]]:
    for item in listed(found.get("mt")):
        if isinstance(item.get("mtid"), int):
            overload = item.get("overloadbit", item.get("overload"))
            yield item["mtid"], overload in (True, "true")


def _topology(item: Object, number: object = None) -> int:
    """By number where there is one, else by name; FRR names those that it does not know by it."""
    if isinstance(number, int):
        return number
    word = str(item.get("mtname", "standard"))
    return _TOPOLOGIES.get(word, -1 if (known := digits(word)) is None else known)


def _ipv6_topologies(found: Object) -> Iterator[int]:
    for item in listed(found.get("ipv6reach")):
        yield _topology(item) if item.get("mtid") else STANDARD


def _reaches(found: Object, skipped: Skipped, flex: FlexNumbers) -> Iterator[Reach]:
    """Neighbours; those of narrow metrics only where there are no others."""
    wide = [*listed(found.get("extreach")), *listed(found.get("mtreach"))]
    for item in wide:
        topology = _topology(item) if str(item.get("mtid", "")) == "MT" else STANDARD
        reach = reach_of(item, topology, skipped, flex)
        if reach is not None:
            yield reach
    for item in listed(found.get("oldreachstyle")):
        match = LSP_ID.fullmatch(str(item.get("isreach", "")))
        cost = metric(item.get("metric"))
        if match is not None and cost is not None:
            system, circuit = match["system"].lower(), match["circuit"].lower()
            yield Reach(system, circuit, cost, narrow=True)
        elif match is not None:
            skipped["adjacencies without a metric of 24 bits"] += 1


def _locators(found: Object, skipped: Skipped) -> Iterator[LocatorRecord]:
    for item in listed(found.get("srv6locator")):
        try:
            prefix = IPv6Network(str(item.get("prefix")))
        except ValueError:
            skipped["locators that are no IPv6 prefix"] += 1
            continue
        number = algorithm(item.get("algorithm", 0))
        if number is None:
            skipped["locators of an algorithm that is no byte"] += 1
            continue
        inner = item.get("subtlvs")
        ends = listed(inner.get("srv6endsid")) if isinstance(inner, dict) else []
        known = (sid_of(end, number, skipped) for end in ends if _is_end(end))
        sids = tuple(sid for sid in known if sid is not None)
        yield LocatorRecord(prefix, _topology(item, item.get("mtid")), number, sids)


def _is_end(item: Object) -> bool:
    """A node segment, no service. Versions before 10.2 take the code points of RFC 8986 for those
    of Linux, so that they print other words for most; but for ``End`` both have 1."""
    behavior = str(item.get("endpointbehavior", ""))
    return not behavior.startswith(("End.", "uD", "Opaque", "Reserved"))


def _srlgs(found: Object, skipped: Skipped) -> Iterator[SrlgRecord]:
    for item in (*listed(found.get("srlg")), *listed(found.get("srlgipv6"))):
        match = LSP_ID.fullmatch(str(item.get("neighbor", "")))
        values = item.get("values")
        if match is None or not isinstance(values, list):
            skipped["shared risks of what is no neighbour, or without values"] += 1
            continue
        ends = address(item.get("interfaceaddress")), address(item.get("neighboraddress"))
        yield SrlgRecord(match["system"].lower(), match["circuit"].lower(), ends, _words(values))


def _words(values: Iterable[object]) -> frozenset[str]:
    return frozenset(str(value) for value in values if isinstance(value, int))
