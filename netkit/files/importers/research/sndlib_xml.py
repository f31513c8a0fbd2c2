"""SNDlib networks in XML; see :mod:`netkit.files.importers.research.sndlib` for what is read."""

from __future__ import annotations

from dataclasses import replace

from netkit.errors import InputError, shown
from netkit.files.importers.imported import Imported, Options
from netkit.files.importers.research.sndlib import Network, Row, assemble
from netkit.files.reading.findings import Findings
from netkit.files.reading.xml_source import Element, parse_xml

_GEOGRAPHIC = ("", "geographical")


def parse_sndlib_xml(text: str, file: str, options: Options) -> Imported:
    """Read the XML format.

    Raises:
        InputError: no XML that netkit takes, or every element that cannot be read, with its line.
    """
    root = parse_xml(text, file)
    structure = root.first("networkStructure")
    if root.tag != "network" or structure is None:
        raise InputError.single(
            f"the top element is <{root.tag}>", file=file, line=root.line,
            expected="<network> with <networkStructure>",
        )  # fmt: skip
    findings = Findings(file)
    network = Network()
    for nodes in structure.all("nodes"):
        network.geographic = nodes.attributes.get("coordinatesType", "") in _GEOGRAPHIC
        network.nodes += [_node(findings, node) for node in nodes.all("node")]
    for links in structure.all("links"):
        network.links += [
            replace(
                _ends(findings, link, _capacities(link)), cost=_text(link, "routingCost") or None
            )
            for link in links.all("link")
        ]
    for demands in root.all("demands"):
        network.demands += [
            _ends(findings, demand, (_text(demand, "demandValue"),))
            for demand in demands.all("demand")
        ]
    _note_others(findings, root, structure)
    return assemble(findings, network, options)


def _note_others(findings: Findings, root: Element, structure: Element) -> None:
    """Elements that nothing reads, by name."""
    known = {
        "network": ("meta", "networkStructure", "demands", "admissiblePaths"),
        "networkStructure": ("nodes", "links"),
        "nodes": ("node",), "links": ("link",), "demands": ("demand",),
    }  # fmt: skip
    outer = (root, structure, *structure.children, *root.all("demands"))
    others = (
        child.tag for one in outer for child in one.children
        if child.tag not in known.get(one.tag, (child.tag,))
    )  # fmt: skip
    findings.note_counts("elements that are not read", others)


def _node(findings: Findings, node: Element) -> Row:
    x, y = _text(node, "coordinates", "x"), _text(node, "coordinates", "y")
    return Row(node.line, _id(findings, node), x, y)


def _ends(findings: Findings, element: Element, figures: tuple[str, ...]) -> Row:
    ends = _text(element, "source"), _text(element, "target")
    return Row(element.line, _id(findings, element), *ends, figures)


def _capacities(link: Element) -> tuple[str, ...]:
    installed = _text(link, "preInstalledModule", "capacity") or "0"
    modules = link.first("additionalModules")
    offered = () if modules is None else modules.all("addModule")
    return installed, *(_text(module, "capacity") or "0" for module in offered)


def _id(findings: Findings, element: Element) -> str:
    name = element.attributes.get("id", "")
    if not name:
        findings.problem(element.line, f"a <{element.tag}> without an id")
    if element.text:
        what, words = f"text inside <{element.tag}>", shown(element.text)
        findings.problem(element.line, what, words, "elements only")
    what = f"{element.tag} {shown(name)}: element"
    findings.refuse_repeats(element.line, what, [child.tag for child in element.children])
    return name


def _text(element: Element, *path: str) -> str:
    found = element.first(*path)
    return "" if found is None else found.text
