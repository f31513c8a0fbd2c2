"""Huawei VRP as a target: its text in ``.cfg``, its XML in ``.xml``, each the whole state."""

from __future__ import annotations

from netkit.emit.common.both import TextAndXml
from netkit.emit.dialect import Carried
from netkit.emit.huawei.limits import exceeded_by
from netkit.emit.huawei.parse import parse
from netkit.emit.huawei.parse_xml import parse_xml
from netkit.emit.huawei.project import carried
from netkit.emit.huawei.render import text
from netkit.emit.huawei.xml import document


def _written(carried: Carried) -> tuple[str, str]:
    return text(carried), document(carried)


DIALECT = TextAndXml("huawei", exceeded_by, carried, _written, parse, parse_xml)
