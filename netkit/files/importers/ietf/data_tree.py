"""Instance data of YANG modules as one kind of tree, whether it came as JSON or as XML."""

from __future__ import annotations

import re

from netkit.files.reading.json_source import Object, objects, parse_json
from netkit.files.reading.xml_source import Element, parse_xml

NETWORK_XML = re.compile(r"urn:ietf:params:xml:ns:yang:ietf-network[\"']")
NETWORK_JSON = re.compile(r'"ietf-network:networks?"\s*:')


def networks_in(text: str, file: str) -> tuple[list[Object], int]:
    """Every network of a file, whatever wraps them: a reply, a datastore, ``networks``; and how
    many links stand in none of them.

    Raises:
        InputError: neither JSON nor XML that netkit takes.
    """
    if text.lstrip().startswith("<"):
        root: object = _tree(parse_xml(text, file))
    else:
        root = parse_json(text, file, _local)
    held = list(objects(root))
    found = [one for each in held for one in each.all("network")]
    networks = [one for one in found if one.text("network-id") is not None]
    inside = {id(one) for one in networks}
    stray = (link for each in held if id(each) not in inside for link in each.all("link"))
    return networks, sum(bool(link.get("source") and link.get("destination")) for link in stray)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _tree(element: Element) -> Object:
    """An element with its children by name; one without any is its text. Depth is bounded by the
    parser."""
    return Object(
        tuple(
            (child.tag, _tree(child) if child.children else child.text)
            for child in element.children
        )
    )
