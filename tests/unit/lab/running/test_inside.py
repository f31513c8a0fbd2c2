"""Commands in a node of a lab."""

from __future__ import annotations

import pytest

from netkit.errors import LabError
from netkit.lab.igp.frr.daemons import ROLE
from netkit.lab.kernel.marks import INDEX, NODE, MarkedProcess, own_mark
from netkit.lab.running import inside
from netkit.lab.running.finding import FoundLab


def test_vtysh_is_asked_for_in_routers_only(monkeypatch):
    variables = ({NODE: "r1", INDEX: "7"}, {NODE: "h-r1"}, {ROLE: "/"})
    processes = tuple(
        MarkedProcess(pid, own_mark(), 1, 1, of) for pid, of in enumerate(variables, start=1)
    )
    lab = FoundLab(own_mark(), 1, "one", processes, True)
    monkeypatch.setattr(inside, "first_inside", lambda _: 9)
    words = inside._at_daemons(lab, "r1", ["vtysh", "-c", "show version"])
    assert words[-5:] == ["vtysh", "--vty_socket", "/run/frr/r7", "-c", "show version"]
    with pytest.raises(LabError, match="h-r1 is no router"):
        inside._at_daemons(lab, "h-r1", ["vtysh"])
