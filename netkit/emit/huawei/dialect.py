"""Huawei VRP as a target: its text in ``.cfg``, its XML in ``.xml``, each the whole state."""

from __future__ import annotations

from collections.abc import Mapping

from netkit.emit.common.both import of_files
from netkit.emit.dialect import Carried, Dialect, Parsed
from netkit.emit.huawei.limits import exceeded_by
from netkit.emit.huawei.parse import parse
from netkit.emit.huawei.parse_xml import parse_xml
from netkit.emit.huawei.project import carried
from netkit.emit.huawei.render import text
from netkit.emit.huawei.xml import document
from netkit.emit.limits import Exceeded
from netkit.model.router_state import RouterState


class _Huawei:
    name = "huawei"
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
        """See :meth:`~netkit.emit.dialect.Dialect.parse`: either file; two of them say the same."""
        return of_files(files, {".xml": parse_xml, ".cfg": parse}, router)


DIALECT: Dialect = _Huawei()
