"""The dialect of Cisco IOS XR, of one release: CLI text, and the XML of the vendor's models."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address

from netkit.emit.common.both import of_files
from netkit.emit.dialect import Carried, Dialect, Parsed, Unmade
from netkit.emit.iosxr.limits import beyond, release
from netkit.emit.iosxr.parse import parse
from netkit.emit.iosxr.parse_xml import parse_xml
from netkit.emit.iosxr.project import for_cli, project
from netkit.emit.iosxr.project_sids import unmade
from netkit.emit.iosxr.render import text
from netkit.emit.iosxr.xml import document
from netkit.emit.limits import Exceeded
from netkit.model.router_state import RouterState

CLI, XML = ".cfg", ".xml"


class Iosxr:
    """IOS XR in the release that goes by ``version``; without one, the oldest that is known."""

    name = "iosxr"
    suffixes: tuple[str, ...] = (CLI, XML)
    whole = False

    def __init__(self, version: str | None = None) -> None:
        self._version = version
        self._release = release(version)

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """Limits of that version, or of the dialect's own where none is given."""
        return beyond(state, version or self._version)

    def carried(self, state: RouterState) -> Carried:
        """What the XML says; what the text does not say of it stands there as comments."""
        return project(state, self._release)

    def unmade(self, state: RouterState) -> Mapping[IPv6Address, Unmade]:
        """Functions outside the explicit LIB, and behaviours that have no static SID."""
        return unmade(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """``.cfg`` to paste in configuration mode, ``.xml`` for edit-config; both merge."""
        return {CLI: text(carried), XML: document(carried, self._release)}

    def part(self, carried: Carried, suffix: str) -> Carried:
        """What one of the files says: the XML all of it."""
        return for_cli(carried) if suffix == CLI else carried

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """The state of the XML where it is given, else of the text; given both, they must agree.

        Raises:
            InputError: a file of another platform, one that cannot be read, or two that differ.
        """
        return of_files(files, {XML: parse_xml, CLI: parse}, router, for_cli)


def of_version(version: str | None) -> Dialect:
    """The dialect of a version: the models of IOS XR differ by release."""
    return Iosxr(version)


DIALECT: Dialect = Iosxr()
