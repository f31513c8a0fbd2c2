"""The NETCONF XML of IOS XR as a router's state, of whichever release it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Network

from netkit.emit.common.hints import refuse_others
from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.common.xml import read_xml
from netkit.emit.dialect import Parsed
from netkit.emit.iosxr.found import Found, FoundPolicy
from netkit.emit.iosxr.parse_xml_edge import read_edge, read_responder
from netkit.emit.iosxr.project_sids import STATIC_UAS, UNODES
from netkit.model.router_state import EndpointBehavior, LocalSid

FLAVORS = {f"unode-{word}": flavors for flavors, word in UNODES.items()}
UAS = {word: flavors for flavors, word in STATIC_UAS.items()}
SID_BITS = 64


def parse_xml(text: str, file: str, router: str) -> Parsed:
    """The state that a file says, and the elements in it that are not netkit's.

    Raises:
        InputError: a file of another platform, or with values that cannot be read.
    """
    refuse_others(text, file, "iosxr")
    top = read_xml(text, file)
    reader = _Reader(Values(file))
    for one in top.take_all("sr"):
        reader.segment_routing(one)
    reader.found.responder = read_responder(top, reader.values)
    edge = read_edge(top, reader.values)
    return reader.values.parsed(reader.found.state(router, reader.values, edge), top)


@dataclass(slots=True)
class _Reader:
    values: Values
    found: Found = field(default_factory=Found)

    def segment_routing(self, top: Statement) -> None:
        top.take("enable")
        for srv6 in top.take_all("srv6"):
            srv6.take("enable")
            self._source(srv6)
            for outer in srv6.take_all("locators"):
                for inner in outer.take_all("locators"):
                    for one in inner.take_all("locator"):
                        self._locator(one)
            for endpoints in _down(srv6, "static", "endpoints"):
                for one in endpoints.take_all("endpoint"):
                    self._endpoint(one)
        for engine in top.take_all("traffic-engineering"):
            engine.take("enable")
            self._engine(engine)

    def _source(self, srv6: Statement) -> None:
        """A leaf up to 26.1.1, a container from 26.2.1 on."""
        source = srv6.take("encapsulation", "source-address")
        if source is not None and source.inside:
            if source.take_value("option") != "explicit-address":
                source.leave()
                return
            source = source.take("address")
        self.found.source = self.values.address(source)

    def _locator(self, one: Statement) -> None:
        behavior = one.take_value("micro-segment", "behavior") or ""
        if one.take("locator-enable") is None or behavior not in FLAVORS:
            one.leave()
            return
        base = self.values.address(one.take("prefix", "prefix"))
        length = self.values.number(one.take("prefix", "prefix-length"))
        algorithm = self.values.number(one.take("algorithm")) or 0
        one.value = one.take_value("name")
        if base is not None and length is not None:
            with self.values.at(one):
                prefix = IPv6Network((base, length))
                self.found.locator(one, prefix, algorithm, FLAVORS[behavior], self.values)

    def _endpoint(self, one: Statement) -> None:
        """A static SID; a binding SID is one of its policy."""
        sid = self.values.address(one.take("prefix"))
        behavior = one.take_value("behavior") or ""
        enabled = one.take("forwarding", "forwarding-enable") is not None
        if sid is None or not enabled:
            one.leave()
            return
        prefix = IPv6Network((int(sid) >> SID_BITS << SID_BITS, SID_BITS))
        if behavior in UAS:
            at = one.take("ajacency-sid-identification") or one.take("allocation-context-adjacency")
            interface = None if at is None else at.take_value("interface-name")
            if at is not None:
                at.take("algo-id")
            self.found.sids.append(
                LocalSid(prefix, EndpointBehavior.END_X, UAS[behavior], interface)
            )
        elif behavior == "udt46":
            at = one.take("per-vrf-sid-identification") or one.take("allocation-context-vrf")
            vrf = None if at is None else at.take_value("vrf-name")
            self.found.sids.append(LocalSid(prefix, EndpointBehavior.END_DT46, vrf=vrf))
        elif behavior == "ub6-psp-usd-encaps-red":
            color = self.values.number(one.take("binding-sid-identification", "policy-color"))
            end = self.values.address(one.take("binding-sid-identification", "policy-endpoint"))
            if color is not None and end is not None:
                self.found.bindings[color, end] = sid
        else:
            one.leave()

    def _engine(self, engine: Statement) -> None:
        for lists in engine.take_all("segment-lists"):
            lists.take("segment-lists-srv6", "segment-lists-srv6-format-type")
            for explicit in lists.take_all("explicit-segments"):
                for one in explicit.take_all("explicit-segment"):
                    self._segment_list(one)
        for policies in engine.take_all("policies"):
            for one in policies.take_all("policy"):
                self._policy(one)

    def _segment_list(self, one: Statement) -> None:
        name, segments = one.take_value("path-name"), one.take("segment-list-srv6", "srv6-segments")
        if name is None or segments is None:
            one.leave()
            return
        entries = []
        for entry in segments.take_all("srv6-segment"):
            entry.take("hop-type")
            index = self.values.number(entry.take("index"))
            sid = self.values.address(entry.take("address"))
            if index is not None and sid is not None:
                entries.append((index, sid))
        self.found.lists[name] = tuple(sid for _, sid in sorted(entries))

    def _policy(self, one: Statement) -> None:
        key = one.take("policy-color-endpoint")
        options = one.take("srv6-options") or one.take("srv6")
        kind = None if key is None else key.take_value("end-point-type")
        name = one.take_value("policy-name")
        ipv6 = kind == "end-point-type-ipv6" and one.take("shutdown") is None
        if key is None or options is None or name is None or not ipv6:
            # Of SR-MPLS, to an IPv4 end point, or not in force: not netkit's.
            one.leave()
            return
        _take_all(options)
        color = self.values.number(key.take("color"))
        endpoint = self.values.address(key.take("end-point-address"))
        if color is None or endpoint is None:
            return
        policy = FoundPolicy(name, color, endpoint)
        for preferences in _down(one, "candidate-paths", "preferences"):
            for path in preferences.take_all("preference"):
                self._path(path, policy)
        self.found.policies.append(policy)

    def _path(self, path: Statement, policy: FoundPolicy) -> None:
        preference = self.values.number(path.take("path-index"))
        referred = []
        for infos in path.take_all("path-infos"):
            for one in infos.take_all("path-info"):
                name = one.take_value("segment-list-name")
                one.take("hop-type")
                if one.take_value("type") != "explicit" or name is None:
                    one.leave()
                    continue
                weight = self.values.number(one.take("weight"))
                referred.append((name, 1 if weight is None else weight, one))
        if preference is not None and referred:
            policy.paths[preference] = referred


def _down(one: Statement, outer: str, inner: str) -> list[Statement]:
    return [each for around in one.take_all(outer) for each in around.take_all(inner)]


def _take_all(one: Statement) -> None:
    """How a binding SID is allocated is no part of the state, unless a static SID is bound."""
    for name in ("enable", "locator"):
        found = one.take(name)
        for leaf in ("locator-name", "binding-sid-type", "behavior"):
            if found is not None:
                found.take(leaf)
