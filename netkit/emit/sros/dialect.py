"""The dialect of Nokia SR OS: MD-CLI text and the XML of ``nokia-conf``, from one tree."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address

from netkit.emit.common.both import of_files
from netkit.emit.common.comments import comments
from netkit.emit.common.hints import refuse_others
from netkit.emit.dialect import Carried, Dialect, Parsed, Unmade
from netkit.emit.limits import Exceeded
from netkit.emit.sros.limits import beyond
from netkit.emit.sros.mdcli import mdcli_text, read_mdcli
from netkit.emit.sros.parse import read_state
from netkit.emit.sros.project import for_cli, project
from netkit.emit.sros.project_sids import unmade
from netkit.emit.sros.render import statements, without_edge
from netkit.emit.sros.xml import read_sros_xml, sros_xml
from netkit.model.router_state import RouterState

CLI, XML = ".cfg", ".xml"

PASTE = (
    "SRv6 for Nokia SR OS, in MD-CLI. It adds, and removes nothing: paste it into a candidate"
    " (edit-config private), then commit."
)
EDIT = (
    "SRv6 for Nokia SR OS, of nokia-conf. It adds, and removes nothing: edit-config into the"
    " candidate, default operation merge, then commit."
)


class Sros:
    """SR OS from 24.10; versions differ in their limits only."""

    name = "sros"
    suffixes: tuple[str, ...] = (CLI, XML)
    whole = False

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """Limits of SR OS, and what it has that no other platform has."""
        return beyond(state, version)

    def carried(self, state: RouterState) -> Carried:
        """What the XML says; the text says all of it but the edge filter."""
        return project(state)

    def unmade(self, state: RouterState) -> Mapping[IPv6Address, Unmade]:
        """Functions of uSID locators."""
        return unmade(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """``.cfg`` to paste into a candidate, ``.xml`` for edit-config; both merge."""
        top = statements(carried.state)
        told = without_edge(top, carried.state.edge)
        return {
            CLI: mdcli_text(told, comments(for_cli(carried), PASTE)),
            XML: sros_xml(top, comments(carried, EDIT)),
        }

    def part(self, carried: Carried, suffix: str) -> Carried:
        """What one of the files says: the XML all of it."""
        return for_cli(carried) if suffix == CLI else carried

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """The state of the XML where it is given, else of the text; given both, they must agree.

        Raises:
            InputError: a file of another platform, one that cannot be read, or two that differ.
        """
        return of_files(files, {XML: _read_xml, CLI: _read_cli}, router, for_cli)


def _read_xml(text: str, file: str, router: str) -> Parsed:
    refuse_others(text, file, "sros")
    return read_state(read_sros_xml(text, file), router, file)


def _read_cli(text: str, file: str, router: str) -> Parsed:
    refuse_others(text, file, "sros")
    return read_state(read_mdcli(text, file), router, file)


DIALECT: Dialect = Sros()
