"""The text of VRP to the state of a router."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address

from netkit.emit.common.hints import refuse_others
from netkit.emit.common.indented import read_indented
from netkit.emit.common.reading import Notes, address, number, prefix
from netkit.emit.common.tree import Statement
from netkit.emit.dialect import Parsed
from netkit.emit.huawei.found import Found, FoundList, FoundPolicy, locator_state, sid_of
from netkit.emit.huawei.words import FLAVORS, SERVICES
from netkit.model.router_state import EndpointBehavior, LocalSid, LocatorState

_WORD = re.compile(r'"([^"]*)"|(\S+)')


def parse(text: str, file: str, router: str) -> Parsed:
    """Read what ``display current-configuration`` prints, or a part of it.

    Raises:
        InputError: a file of another platform, or statements that cannot be understood.
    """
    refuse_others(text, file, "huawei")
    top = read_indented(text)
    found = Found(Notes(file))
    for view in top.inside:
        if (view.name, view.value) == ("segment-routing", "ipv6"):
            view.taken = True
            for one in view.inside:
                _read(one, found)
    return found.notes.parsed(found.state(router), top)


def _words(statement: Statement) -> list[str]:
    """The words behind the name; what stands in quotes is one."""
    return [quoted or plain for quoted, plain in _WORD.findall(statement.value or "")]


Reader = Callable[[list[str], Statement, Found], bool]


def _read(statement: Statement, found: Found) -> None:
    """Hand a statement to its reader: it is taken where the reader knows it."""
    reader = _VIEW.get(statement.name)
    if reader is None:
        return
    with found.notes.at(statement):
        statement.taken = reader(_words(statement), statement, found)


def _source(words: list[str], _: Statement, found: Found) -> bool:
    if len(words) != 2 or words[0] != "source-address":
        return False
    found.source = address(words[1])
    return True


def _reduced(words: list[str], _: Statement, _found: Found) -> bool:
    return words == ["enable"]


def _locator(words: list[str], statement: Statement, found: Found) -> bool:
    if len(words) < 4 or words[1] != "ipv6-prefix":
        return False
    options = _options(words[4:], ("static", "flex-algo"))
    if options is None:
        return False
    net = prefix(f"{words[2]}/{number(words[3])}")
    static, algorithm = number(options.get("static", "0")), number(options.get("flex-algo", "0"))
    locator = locator_state(words[0], net, static, algorithm)
    found.locators.append(locator)
    for one in statement.inside:
        if one.name == "opcode":
            with found.notes.at(one):
                one.taken = _opcode(_words(one), locator, found)
    return True


def _options(words: Sequence[str], known: tuple[str, ...]) -> dict[str, str] | None:
    """Pairs of a word and its value; None where one is not ``known`` or has no value."""
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    return pairs if len(words) == 2 * len(pairs) and set(pairs) <= set(known) else None


def _opcode(words: list[str], locator: LocatorState, found: Found) -> bool:
    sid = _sid(words, locator)
    if sid is None:
        return False
    found.sids.append(sid)
    return True


def _sid(words: list[str], locator: LocatorState) -> LocalSid | None:
    match words:
        case [opcode, "end", flavor] if flavor in FLAVORS:
            at = sid_of(locator, address(opcode))
            return LocalSid(at, EndpointBehavior.END, FLAVORS[flavor])
        case [opcode, "end-x", "interface", interface, "nexthop", hop, flavor] if flavor in FLAVORS:
            at = sid_of(locator, address(opcode))
            end_x = EndpointBehavior.END_X
            return LocalSid(at, end_x, FLAVORS[flavor], interface, address(hop))
        case [opcode, service] if service in SERVICES:
            return LocalSid(sid_of(locator, address(opcode)), SERVICES[service])
        case [opcode, service, "vpn-instance", vrf] if service in SERVICES:
            return LocalSid(sid_of(locator, address(opcode)), SERVICES[service], vrf=vrf)
    return None


def _segment_list(words: list[str], statement: Statement, found: Found) -> bool:
    if len(words) != 1:
        return False
    entries: dict[int, IPv6Address] = {}
    known = True
    for one in statement.inside:
        match [one.name, *_words(one)]:
            case ["index", index, "sid", "ipv6", sid]:
                with found.notes.at(one):
                    entries[number(index)] = address(sid)
                    one.taken = True
            case _:
                known = False
    found.lists[words[0]] = entries if known else None
    return known


def _common(words: list[str], _: Statement, _found: Found) -> bool:
    """Which locator binding SIDs are of follows from the SIDs; the standby is each policy's."""
    return len(words) == 2 and words[0] == "locator"


def _policy(words: list[str], statement: Statement, found: Found) -> bool:
    match words:
        case ["policy", name, "endpoint", endpoint, "color", color]:
            policy = FoundPolicy(statement, name, address(endpoint), number(color))
        case _:
            return False
    # In the YANG that is `admin-state down`; that VRP prints this word is not confirmed, and so it
    # is never written. A policy that is not in force is none of the state.
    if any(one.name == "shutdown" for one in statement.inside):
        return False
    for one in statement.inside:
        with found.notes.at(one):
            one.taken = _of_policy(one, policy)
    found.policies.append(policy)
    return True


def _of_policy(one: Statement, policy: FoundPolicy) -> bool:
    match [one.name, *_words(one)]:
        case ["binding-sid", sid]:
            policy.binding_sid = address(sid)
        case ["encapsulation-mode", "encaps"] | ["backup", "hot-standby", "enable"]:
            pass
        case ["candidate-path", "preference", preference]:
            lists = policy.paths.setdefault(number(preference), [])
            for inner in one.inside:
                own = _list_of_path(inner)
                if own is not None:
                    lists.append(own)
                    inner.taken = True
                elif inner.name == "segment-list":
                    policy.whole = False
        case _:
            return False
    return True


def _list_of_path(one: Statement) -> FoundList | None:
    words = _words(one)
    options = _options(words[1:], ("weight", "path-mtu"))
    if one.name != "segment-list" or not words or options is None:
        return None
    mtu = options.get("path-mtu")
    return FoundList(
        words[0], number(options.get("weight", "1")), None if mtu is None else number(mtu)
    )


_VIEW: dict[str, Reader] = {
    "encapsulation": _source,
    "reduce-srh": _reduced,
    "locator": _locator,
    "segment-list": _segment_list,
    "srv6-te-policy": _common,
    "srv6-te": _policy,
}
