"""Junos as a target: its text in ``.cfg``, its XML in ``.xml``, each the whole state."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address

from netkit.emit.common.both import of_files
from netkit.emit.dialect import Carried, Dialect, Parsed, Unmade
from netkit.emit.junos.limits import exceeded_by
from netkit.emit.junos.parse import parse, parse_xml
from netkit.emit.junos.project import carried, unmade
from netkit.emit.junos.render import document, text
from netkit.emit.limits import Exceeded
from netkit.model.router_state import RouterState


class _Junos:
    name = "junos"
    suffixes: tuple[str, ...] = (".cfg", ".xml")
    whole = True

    def exceeded(self, state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
        """See :meth:`~netkit.emit.dialect.Dialect.exceeded`."""
        return exceeded_by(state, version)

    def carried(self, state: RouterState) -> Carried:
        """See :meth:`~netkit.emit.dialect.Dialect.carried`."""
        return carried(state)

    def unmade(self, state: RouterState) -> Mapping[IPv6Address, Unmade]:
        """See :class:`~netkit.emit.dialect.NamesUnmade`."""
        return unmade(state)

    def render(self, carried: Carried) -> Mapping[str, str]:
        """See :meth:`~netkit.emit.dialect.Dialect.render`."""
        return {".cfg": text(carried), ".xml": document(carried)}

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """See :meth:`~netkit.emit.dialect.Dialect.parse`: either file; two of them say the same."""
        return of_files(files, {".xml": parse_xml, ".cfg": parse}, router)


DIALECT: Dialect = _Junos()
