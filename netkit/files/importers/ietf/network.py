"""RFC 8345 networks: nodes, and links that lead one way, paired by their termination points."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from netkit.errors import InputError, shown
from netkit.files.importers.build import build, position
from netkit.files.importers.drafts import ArcDraft, NodeDraft, paired
from netkit.files.importers.graphs.directions import least_capacity
from netkit.files.importers.ietf.data_tree import networks_in
from netkit.files.importers.ietf.te_link import is_down, leaves, read_te_link
from netkit.files.importers.imported import Imported, Options, by_name, one_network
from netkit.files.reading.findings import Findings
from netkit.files.reading.json_source import Object
from netkit.files.reading.numbers import number_of
from netkit.model.network.geo import Coordinates

_TEMPLATES = {
    "te-link-template": "links that take attributes of a template, which is not resolved",
    "te-node-template": "nodes that take attributes of a template, which is not resolved",
}
_SKIPPED = {
    "bundled-links": "bundles, whose members are not looked at",
    "component-links": "links of components, which are not looked at",
}
_ONCE = frozenset(("link-id", "source", "destination"))
_MOST_NAMED = 10


def parse_networks(text: str, file: str, options: Options) -> Imported:
    """Read one network of a file; of several, the only one that has links unless one is named.

    Raises:
        InputError: neither JSON nor XML, no network, several of which none is chosen, and every
            problem of the network.
    """
    found, stray = networks_in(text, file)
    if not found:
        expected = "ietf-network:networks with a network"
        raise InputError.single("no network", file=file, expected=expected)
    findings = Findings(file)
    if stray:
        findings.note(None, "links outside any network are not read", str(stray))
    named = by_name(file, "network", ((one.text("network-id") or "", one) for one in found))
    linked = {name: one for name, one in named.items() if one.all("link")}
    if options.network is None and len(linked) == 1 and len(named) > 1:
        others = ", ".join(name for name in named if name not in linked)
        findings.note(None, "networks without links are left out", others)
        named = linked
    network = one_network(findings, named, options, "network")
    title = network.text("network-id") or file
    return _Reader(findings, network).read(title, options)


class _Reader:
    """One network."""

    def __init__(self, findings: Findings, network: Object) -> None:
        self._findings = findings
        self._network = network
        self._left_out: Counter[str] = Counter()
        self._names: dict[str, dict[str, None]] = defaultdict(dict)

    def read(self, title: str, options: Options) -> Imported:
        nodes, down = self._nodes()
        known = {node.key for node in nodes}
        self._note_others()
        arcs = [arc for link in self._network.all("link") if (arc := self._arc(link, known, down))]
        links = paired(least_capacity(self._findings, arcs))
        if one_way := sum(link.one_way for link in links):
            self._findings.note(
                None, "links that no other leads back from are one-way", str(one_way)
            )
        if any(arc.delay_us is not None for arc in arcs):
            self._findings.note(None, "delays are read as µs (RFC 8776, RFC 7471 §4.1)")
        for what, count in self._left_out.items():
            if count:
                names = list(self._names[what])[:_MOST_NAMED]
                value = f"{count}: {' '.join(names)}" if names else str(count)
                self._findings.note(None, what, value)
        return build(self._findings, title, "", nodes, links, options)

    def _nodes(self) -> tuple[list[NodeDraft], set[str]]:
        """The nodes in use, and the keys of those that are down."""
        nodes: dict[str, NodeDraft] = {}
        down: set[str] = set()
        for number, node in enumerate(self._network.all("node"), start=1):
            key, te = node.text("node-id"), node.section("te")
            if key is None:
                self._findings.problem(None, f"node {number} has no node-id")
            elif key in nodes or key in down:
                self._findings.problem(None, f"node-id {shown(key)} again")
            elif state := is_down(te, "te-node-attributes"):
                down.add(key)
                self._findings.note(None, f"node {shown(key)} is {state} and is left out")
            elif te.get("is-multi-access-dr") is not None:
                what, expected = f"node {shown(key)} stands for a LAN", "links between routers"
                self._findings.problem(None, what, "is-multi-access-dr", expected)
                nodes[key] = NodeDraft(key, key)
            else:
                nodes[key] = NodeDraft(key, _label(node) or key, None, _place(te))
                self._count_templates(te)
        return list(nodes.values()), down

    def _arc(self, link: Object, known: set[str], down: set[str]) -> ArcDraft | None:
        id_ = link.text("link-id") or ""
        source, destination = link.section("source"), link.section("destination")
        ends = source.text("source-node"), destination.text("dest-node")
        missing = [end for end in ends if end not in known and end not in down]
        for end in missing:
            what = f"link {shown(id_)} with an unknown end"
            self._findings.problem(None, what, shown(end or ""), "the node-id of a node")
        once = [key for key, _ in link.pairs if key in _ONCE]
        self._findings.refuse_repeats(None, f"link {shown(id_)}:", once)
        te = link.section("te")
        if missing or down.intersection(ends):
            self._left_out["links of nodes that are left out"] += not missing
            return None
        if state := is_down(te, "te-link-attributes"):
            self._findings.note(None, f"link {shown(id_)} is {state} and is left out")
            return None
        for leaf, what in _SKIPPED.items():
            if te.get(leaf) is not None:
                self._left_out[what] += 1
                self._names[what][shown(id_)] = None
        self._count_templates(te)
        tps = source.text("source-tp"), destination.text("dest-tp")
        return self._drafted(id_, link, (ends[0] or "", ends[1] or ""), tps)

    def _note_others(self) -> None:
        """Lists that look like links and have another name: a model that is not read, or a slip."""
        others = (
            key
            for key, value in self._network.pairs
            if key != "link"
            for item in (value if isinstance(value, list) else [value])
            if isinstance(item, Object) and item.get("source") and item.get("destination")
        )
        self._findings.note_counts("lists of links that are not read", others)

    def _count_templates(self, te: Object) -> None:
        """By name: figures of a template are not those of the link, and its metric is 10 here."""
        for leaf, what in _TEMPLATES.items():
            names = [str(name) for name in leaves(te, leaf)]
            self._left_out[what] += bool(names)
            self._names[what].update(dict.fromkeys(map(shown, names)))

    def _drafted(
        self, id_: str, link: Object, ends: tuple[str, str], tps: Sequence[str | None]
    ) -> ArcDraft | None:
        te = read_te_link(self._findings, id_, link)
        if te is None:
            self._left_out["links without a metric that SPF takes are left out"] += 1
            return None
        mark = None
        if None not in tps:
            mark = tuple(sorted(f"{end} {tp}" for end, tp in zip(ends, tps, strict=True)))
        return ArcDraft(
            *ends, None, id_ or None, te.delay_us, te.metric, te.capacity_bps, te.admin_groups,
            te.srlgs, mark, quality=te.quality,
        )  # fmt: skip


def _label(node: Object) -> str | None:
    te = node.section("te").section("te-node-attributes").text("name")
    return te or node.section("l3-node-attributes").text("name")


def _place(te: Object) -> Coordinates | None:
    where = te.section("geolocation")
    lat, lon = number_of(where.text("latitude")), number_of(where.text("longitude"))
    return None if lat is None or lon is None else position(lat, lon)
