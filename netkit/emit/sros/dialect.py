"""The dialect of Nokia SR OS: MD-CLI text and the XML of ``nokia-conf``, from one tree."""

from __future__ import annotations

from netkit.emit.common.both import TextAndXml
from netkit.emit.common.comments import comments
from netkit.emit.common.hints import refuse_others
from netkit.emit.dialect import Carried, Parsed
from netkit.emit.sros.limits import beyond
from netkit.emit.sros.mdcli import mdcli_text, read_mdcli
from netkit.emit.sros.parse import read_state
from netkit.emit.sros.project import for_cli, project
from netkit.emit.sros.project_sids import unmade
from netkit.emit.sros.render import statements, without_edge
from netkit.emit.sros.xml import read_sros_xml, sros_xml

PASTE = (
    "SRv6 for Nokia SR OS, in MD-CLI. It adds, and removes nothing: paste it into a candidate"
    " (edit-config private), then commit."
)
EDIT = (
    "SRv6 for Nokia SR OS, of nokia-conf. It adds, and removes nothing: edit-config into the"
    " candidate, default operation merge, then commit."
)


def _written(carried: Carried) -> tuple[str, str]:
    """To paste into a candidate, and for edit-config; both merge."""
    top = statements(carried.state)
    told = without_edge(top, carried.state.edge)
    cli = mdcli_text(told, comments(for_cli(carried), PASTE))
    return cli, sros_xml(top, comments(carried, EDIT))


def _read_xml(text: str, file: str, router: str) -> Parsed:
    refuse_others(text, file, "sros")
    return read_state(read_sros_xml(text, file), router, file)


def _read_cli(text: str, file: str, router: str) -> Parsed:
    refuse_others(text, file, "sros")
    return read_state(read_mdcli(text, file), router, file)


DIALECT = TextAndXml("sros", beyond, project, _written, _read_cli, _read_xml, for_cli, unmade)
