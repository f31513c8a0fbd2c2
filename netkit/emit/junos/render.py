"""The two files of a Junos router."""

from __future__ import annotations

from netkit.emit.common.comments import comments
from netkit.emit.common.tree import Statement
from netkit.emit.common.xml import xml_text
from netkit.emit.dialect import Carried
from netkit.emit.junos.text import braces
from netkit.emit.junos.tree import YANG, configuration

_WHAT = "SRv6 for Junos"


def text(carried: Carried) -> str:
    """The file for ``load merge``; it replaces nothing."""
    lines = comments(carried, f"{_WHAT}, for `load merge`; `commit` puts it in force")
    head = [f"/* {line.replace('*/', '* /')} */" for line in lines]
    return "\n".join([*head, *braces(configuration(carried.state))]) + "\n"


def document(carried: Carried) -> str:
    """The file for ``edit-config``."""
    found = configuration(carried.state)
    top = [Statement("configuration", None, found, f"{YANG}/root")] if found else []
    return xml_text(top, comments(carried, f"{_WHAT}, for edit-config of NETCONF (YANG 24.4R1)"))
