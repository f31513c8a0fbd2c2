"""Locators and static SIDs of SR OS, out of their statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.common.usid import F3216, NEXT
from netkit.emit.common.values import Values
from netkit.emit.sros.project_sids import SRH_MODES
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid, LocatorState

FLAVORS = {word: flavors for flavors, word in SRH_MODES.items()}
DEFAULT_SRH_MODE = "psp"


@dataclass(slots=True)
class Locators:
    """What a file says of locators, and of the SIDs in them."""

    by_name: dict[str, LocatorState] = field(default_factory=dict)
    found: list[LocalSid] = field(default_factory=list)

    @property
    def locators(self) -> tuple[LocatorState, ...]:
        """All locators in force, sorted."""
        return tuple(sorted(self.by_name.values()))

    @property
    def sids(self) -> tuple[LocalSid, ...]:
        """All static SIDs, by prefix."""
        return tuple(sorted(self.found, key=lambda one: one.prefix))

    def address(
        self, name: str | None, function: int, at: Statement, values: Values
    ) -> IPv6Address | None:
        """The SID of a function of a locator in force."""
        prefix = self.prefix(name, function, at, values)
        return None if prefix is None else prefix.network_address

    def prefix(
        self, name: str | None, function: int, at: Statement, values: Values
    ) -> IPv6Network | None:
        """What a function of a locator matches."""
        locator = self.by_name.get(name or "")
        if locator is None:
            values.refuse(at, "its locator is not in force in this file", "a locator, enabled")
            return None
        length = locator.prefix.prefixlen + locator.structure.function_bits
        if function >> locator.structure.function_bits:
            most = f"less than 2^{locator.structure.function_bits}"
            values.refuse(at, f"function {function} is longer than its locator's functions", most)
            return None
        base = int(locator.prefix.network_address)
        return IPv6Network((base | function << 128 - length, length))


def read_locators(srv6: Statement | None, values: Values) -> Locators:
    """The locators under ``segment-routing-v6``, and their static SIDs."""
    result = Locators()
    if srv6 is None:
        return result
    for one in srv6.take_all("locator"):
        if _enabled(one):
            _classic(one, result, values)
    blocks = _blocks(srv6, values)
    for one in srv6.take_all("micro-segment-locator"):
        if _enabled(one):
            _micro(one, blocks, result, values)
    functions = srv6.take("base-routing-instance")
    if functions is not None:
        for one in functions.take_all("locator"):
            _functions(one, result, values)
    return result


def _enabled(one: Statement) -> bool:
    if one.take_value("admin-state") == "enable":
        return True
    one.leave()
    return False


def _classic(one: Statement, result: Locators, values: Values) -> None:
    prefix = values.network(one.take("prefix", "ip-prefix"))
    function = values.number(one.take("function-length"))
    if prefix is None or function is None or one.value is None:
        if not values.problems:
            values.refuse(one, "a locator without prefix or function length", "both of them")
        return
    block = values.number(one.take("block-length")) or 0
    argument = values.number(one.take("argument-length")) or 0
    algorithm = values.number(one.take("algorithm")) or 0
    one.take("static-function", "max-entries")
    if block > prefix.prefixlen or prefix.prefixlen + function + argument > 128:
        values.refuse(one, "block, prefix, function and argument do not fit", "128 bits in all")
        return
    structure = SidStructure(block, prefix.prefixlen - block, function, argument)
    result.by_name[one.value] = LocatorState(one.value, prefix, structure, algorithm)


def _blocks(srv6: Statement, values: Values) -> dict[str, IPv6Network]:
    """Blocks of uSIDs in force, by name; of other layouts than F3216 none is netkit's."""
    micro = srv6.take("micro-segment")
    if micro is None:
        return {}
    length = values.number(micro.take("block-length"))
    found = {}
    for one in micro.take_all("block"):
        prefix = values.network(one.take("prefix", "ip-prefix"))
        if not _enabled(one) or prefix is None or one.value is None:
            continue
        if prefix.prefixlen != 32 or length not in {None, 32}:
            one.leave()
            continue
        found[one.value] = prefix
    return found


def _micro(
    one: Statement, blocks: dict[str, IPv6Network], result: Locators, values: Values
) -> None:
    block = blocks.get(one.take_value("block") or "")
    node = values.number(one.take("un", "value"))
    algorithm = values.number(one.take("algorithm")) or 0
    if block is None or node is None or one.value is None:
        one.leave()
        return
    if node not in range(1, 1 << 16):
        values.refuse(one, f"uN {node} fits no slot of 16 bits", "1 to 65535")
        return
    prefix = IPv6Network((int(block.network_address) | node << 80, 48))
    result.by_name[one.value] = LocatorState(one.value, prefix, F3216, algorithm, usid=True)
    flavors = _flavors(one.take("un"), values) | NEXT
    result.found.append(LocalSid(prefix, EndpointBehavior.END, flavors))


def _flavors(one: Statement | None, values: Values) -> frozenset[Flavor]:
    mode = None if one is None else one.take("srh-mode")
    word = DEFAULT_SRH_MODE if mode is None else mode.value or ""
    if word not in FLAVORS and mode is not None:
        values.refuse(mode, "srh-mode cannot be read", "one of " + ", ".join(FLAVORS))
    return FLAVORS.get(word, frozenset())


def _functions(at: Statement, result: Locators, values: Values) -> None:
    functions = at.take("function")
    if functions is None:
        return
    for name, behavior in (("end", EndpointBehavior.END), ("end-x", EndpointBehavior.END_X)):
        for one in functions.take_all(name):
            if name == "end-x" and one.take_value("protection") != "unprotected":
                one.leave()
                continue
            interface = one.take_value("interface-name")
            flavors = _flavors(one, values)
            for prefix in _matched(one, at, result, values):
                result.found.append(LocalSid(prefix, behavior, flavors, interface))
    services = (("end-dt6", EndpointBehavior.END_DT6), ("end-dt46", EndpointBehavior.END_DT46))
    for name, behavior in services:
        for one in functions.take_all(name):
            value = one.take("value")
            if value is None:
                one.leave()
                continue
            for prefix in _matched(value, at, result, values):
                result.found.append(LocalSid(prefix, behavior))


def _matched(
    one: Statement, at: Statement, result: Locators, values: Values
) -> Iterator[IPv6Network]:
    function = values.number(one)
    found = None if function is None else result.prefix(at.value, function, one, values)
    if found is not None:
        yield found
