"""The dialect of Cisco IOS XR, of one release: CLI text to paste in configuration mode, and the XML
of the vendor's models for edit-config; both merge. What the text does not say of the XML stands
there as comments."""

from __future__ import annotations

from netkit.emit.common.both import TextAndXml
from netkit.emit.dialect import Carried
from netkit.emit.iosxr.limits import beyond, release
from netkit.emit.iosxr.parse import parse
from netkit.emit.iosxr.parse_xml import parse_xml
from netkit.emit.iosxr.project import for_cli, project
from netkit.emit.iosxr.project_sids import unmade
from netkit.emit.iosxr.render import text
from netkit.emit.iosxr.xml import document
from netkit.model.router_state import RouterState


def of_version(version: str | None) -> TextAndXml:
    """The dialect of a version, the oldest where none is stated: models differ by release."""
    own = release(version)

    def projected(state: RouterState) -> Carried:
        return project(state, own)

    def written(carried: Carried) -> tuple[str, str]:
        return text(carried), document(carried, own)

    return TextAndXml(
        "iosxr", beyond, projected, written, parse, parse_xml, for_cli, unmade, version
    )


DIALECT = of_version(None)
