"""The reader of every format but netkit's own: loaded only where a file has another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from netkit.files.importers import frr_isis as frr
from netkit.files.importers import gobgp_ls as gobgp
from netkit.files.importers.graphs import edge_list, gml, graphml, node_link
from netkit.files.importers.ietf import network
from netkit.files.importers.imported import Imported, Options
from netkit.files.importers.recognised import Format
from netkit.files.importers.research import repetita, sndlib, sndlib_xml
from netkit.files.importers.vendor_text import reading as vendor_text
from netkit.files.reading.files import Bytes

READERS: dict[Format, Callable[[str, str, Options], Imported]] = {
    Format.GRAPHML: graphml.parse_graphml,
    Format.GML: gml.parse_gml_graph,
    Format.NODE_LINK: node_link.parse_node_link,
    Format.EDGES: edge_list.parse_edge_list,
    Format.IETF: network.parse_networks,
    Format.REPETITA: repetita.parse_graph,
    Format.FRR: frr.parse_frr,
    Format.GOBGP: gobgp.parse_gobgp,
    Format.IOSXR: partial(vendor_text.parsed, vendor_text.read_iosxr),
    Format.JUNOS: partial(vendor_text.parsed, vendor_text.read_junos),
    Format.VRP: partial(vendor_text.parsed, vendor_text.read_vrp),
    Format.SNDLIB: sndlib.parse_native,
    Format.SNDLIB_XML: sndlib_xml.parse_sndlib_xml,
}

STREAMED: dict[Format, Callable[[Bytes, str, Options], Imported]] = {
    Format.FRR: frr.read_frr,
    Format.GOBGP: gobgp.read_gobgp,
    Format.IOSXR: vendor_text.read_iosxr,
    Format.JUNOS: vendor_text.read_junos,
    Format.VRP: vendor_text.read_vrp,
}
"""Formats of live networks, whose files are too large to be held as text."""
