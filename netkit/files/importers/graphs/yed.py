"""What yEd draws: names of nodes and ways of edges stand in its own elements, not in attributes.

A node ``n0`` is called what its label says. All edges of a file are ``directed``; whether a line
leads one way is told by its arrows.
"""

from __future__ import annotations

from collections.abc import Iterator

from netkit.files.reading.xml_source import Element


def drawn_label(node: Element) -> str | None:
    """The text of the first label of a node that has one."""
    labels = (one.text for one in _inside(node) if one.tag == "NodeLabel")
    return next((" ".join(text.split()) for text in labels if text), None)


def leads_both_ways(edge: Element) -> bool:
    """Whether an edge is drawn without arrows, or with one at both ends."""
    arrows = next((one.attributes for one in _inside(edge) if one.tag == "Arrows"), None)
    if arrows is None:
        return False
    ends = [arrows.get(end, "none") == "none" for end in ("source", "target")]
    return ends[0] == ends[1]


def _inside(element: Element) -> Iterator[Element]:
    """Everything inside the data of an element, in the order of the file."""
    waiting = [child for child in element.all("data") if child.children][::-1]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.children[::-1]
