"""Junos as a target: its text in ``.cfg``, its XML in ``.xml``, each the whole state."""

from __future__ import annotations

from netkit.emit.common.both import TextAndXml
from netkit.emit.dialect import Carried
from netkit.emit.junos.limits import exceeded_by
from netkit.emit.junos.parse import parse, parse_xml
from netkit.emit.junos.project import carried, unmade
from netkit.emit.junos.render import document, text


def _written(carried: Carried) -> tuple[str, str]:
    return text(carried), document(carried)


DIALECT = TextAndXml("junos", exceeded_by, carried, _written, parse, parse_xml, makes_not=unmade)
