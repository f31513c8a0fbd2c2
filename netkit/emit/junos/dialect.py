"""Junos as a target: its text in ``.cfg``, its XML in ``.xml``, each the whole state."""

from __future__ import annotations

from collections.abc import Mapping

from netkit.emit.dialect import Carried, Dialect, Parsed
from netkit.emit.junos.limits import exceeded_by
from netkit.emit.junos.parse import parse, parse_xml
from netkit.emit.junos.project import carried
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

    def render(self, carried: Carried) -> Mapping[str, str]:
        """See :meth:`~netkit.emit.dialect.Dialect.render`."""
        return {".cfg": text(carried), ".xml": document(carried)}

    def parse(self, files: Mapping[str, str], router: str) -> Parsed:
        """See :meth:`~netkit.emit.dialect.Dialect.parse`: the text where there is one, else the
        XML."""
        if ".cfg" in files:
            return parse(files[".cfg"], f"{router}.cfg", router)
        return parse_xml(files[".xml"], f"{router}.xml", router)


DIALECT: Dialect = _Junos()
