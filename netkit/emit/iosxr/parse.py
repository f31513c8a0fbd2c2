"""The CLI text of IOS XR as a router's state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv6Network

from netkit.emit.common.hints import refuse_others
from netkit.emit.common.indented import read_indented
from netkit.emit.common.reading import address, number, prefix
from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.dialect import Parsed
from netkit.emit.iosxr.edge import Rule, is_ours
from netkit.emit.iosxr.found import Found, FoundPolicy
from netkit.emit.iosxr.project_sids import UNODES

FLAVORS = {f"behavior unode {word}": flavors for flavors, word in UNODES.items()}

_COLOR = re.compile(r"(\S+) end-point ipv6 (\S+)")
_ENTRY = re.compile(r"(\S+) sid (\S+)")
_RULE = re.compile(r"(permit|deny) ipv6 (\S+) (\S+)")
_GROUP = re.compile(r"access-group (\S+) ingress")


def parse(text: str, file: str, router: str) -> Parsed:
    """The state that a text says, and the statements in it that are not netkit's.

    Raises:
        InputError: a text of another platform, or with values that cannot be read.
    """
    refuse_others(text, file, "iosxr")
    top = read_indented(text)
    reader = _Reader(Values(file))
    for one in top.take_all("segment-routing"):
        reader.segment_routing(one)
    edge = reader.edge(top)
    return reader.values.parsed(reader.found.state(router, reader.values, edge), top)


@dataclass(slots=True)
class _Reader:
    values: Values
    found: Found = field(default_factory=Found)

    def segment_routing(self, top: Statement) -> None:
        for srv6 in top.take_all("srv6"):
            source = self.values.address(srv6.take("encapsulation", "source-address"))
            self.found.source = source or self.found.source
            for locators in srv6.take_all("locators"):
                for one in locators.take_all("locator"):
                    self._locator(one)
        for engine in top.take_all("traffic-eng"):
            for lists in engine.take_all("segment-lists"):
                lists.take("srv6", "sid-format")
                for one in lists.take_all("segment-list"):
                    self._segment_list(one)
            for one in engine.take_all("policy"):
                self._policy(one)

    def _locator(self, one: Statement) -> None:
        behavior = one.take("micro-segment")
        if behavior is None or behavior.value not in FLAVORS:
            one.leave()
            return
        network = self.values.network(one.take("prefix"))
        algorithm = self.values.number(one.take("algorithm"))
        if network is not None:
            self.found.locator(one, network, algorithm or 0, FLAVORS[behavior.value], self.values)

    def _segment_list(self, one: Statement) -> None:
        srv6 = one.take("srv6")
        if srv6 is None or one.value is None:
            one.leave()
            return
        entries = []
        for entry in srv6.take_all("index"):
            with self.values.at(entry):
                words = _ENTRY.fullmatch(entry.value or "")
                if words is None:
                    raise ValueError("an entry of a list without number and sid")
                entries.append((number(words[1]), address(words[2])))
        self.found.lists[one.value] = tuple(sid for _, sid in sorted(entries))

    def _policy(self, one: Statement) -> None:
        srv6, color = one.take("srv6"), one.take("color")
        words = None if color is None else _COLOR.fullmatch(color.value or "")
        if srv6 is None or color is None or words is None or one.take("shutdown") is not None:
            # Of SR-MPLS, to an IPv4 end point, or not in force: not netkit's.
            one.leave()
            return
        srv6.take("locator")
        with self.values.at(color):
            key = (number(words[1]), address(words[2]))
            policy = FoundPolicy(one.value or "", *key)
            for paths in one.take_all("candidate-paths"):
                for path in paths.take_all("preference"):
                    self._path(path, policy)
            self.found.policies.append(policy)

    def _path(self, path: Statement, policy: FoundPolicy) -> None:
        preference = self.values.number(path)
        names = []
        for one in path.take_all("explicit"):
            word, _, name = (one.value or "").partition(" ")
            if word == "segment-list" and name:
                names.append((name, 1, one))
            else:
                one.leave()
        if preference is not None and names:
            policy.paths[preference] = names

    def edge(self, top: Statement) -> tuple[dict[str, tuple[Rule, ...]], dict[str, str]]:
        """netkit's access lists, and the interfaces that they stand on."""
        lists = {}
        for one in top.take_all("ipv6"):
            word, _, name = (one.value or "").partition(" ")
            if word != "access-list" or not is_ours(name):
                one.leave()
                continue
            lists[name] = self._rules(one)
        ports = {}
        for one in top.take_all("interface"):
            group = self._group(one)
            if group is None:
                one.leave()
            elif one.value is not None:
                ports[one.value] = group
        return lists, ports

    def _rules(self, access_list: Statement) -> tuple[Rule, ...]:
        found = []
        for one in access_list.inside:
            words = _RULE.fullmatch(one.value or "")
            if words is None:
                continue
            one.taken = True
            with self.values.at(one):
                found.append(Rule(words[1], _side(words[2]), _side(words[3]), one))
        return tuple(found)

    def _group(self, interface: Statement) -> str | None:
        for one in interface.take_all("ipv6"):
            words = _GROUP.fullmatch(one.value or "")
            if words is not None and is_ours(words[1]):
                return words[1]
            one.leave()
        return None


def _side(word: str) -> IPv6Network | None:
    return None if word == "any" else prefix(word)
