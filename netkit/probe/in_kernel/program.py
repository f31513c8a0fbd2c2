"""The whole program: about a thousand instructions, of which a request sees half."""

from __future__ import annotations

from netkit.bpf.assembler import FP, R0, R1, Assembler
from netkit.probe.in_kernel.answering import base_packet, reply, send_back
from netkit.probe.in_kernel.arriving import admit, charge, dispatch, open_frame
from netkit.probe.in_kernel.frame import COUNTED, IPV4, IPV6, look_up
from netkit.probe.in_kernel.layout import Counted
from netkit.probe.in_kernel.numbering import number
from netkit.probe.in_kernel.place import Place
from netkit.probe.in_kernel.tables import Tables

NAME = "netkit_stamp"
"""Under which name the kernel shows it."""


def assemble(tables: Tables, place: Place) -> bytes:
    """The instructions for these tables, to be run there."""
    code = Assembler()
    dispatch(code, place, tables)
    for version in (IPV6, IPV4):
        open_frame(code, place, version, tables)
        admit(code, version, tables)
        charge(code, version, tables)
        base_packet(code, place, version)
        number(code, version, tables)
        reply(code, place, version)
    for reason in Counted:
        if reason not in (Counted.REFLECTED, Counted.TABLE_FULL):
            code.label(f"drop {reason.name}").store(4, FP, COUNTED, reason).jump("drop")
    _count(code, tables, "drop")
    code.alu(R0, "=", place.drop).exit()
    _count(code, tables, "reflected")
    send_back(code, place)
    code.label("up").alu(R0, "=", place.go_on).exit()
    return code.code()


def _count(code: Assembler, tables: Tables, name: str) -> None:
    """One more of the reason on the stack."""
    code.label(name)
    look_up(code, tables.counters.fd, COUNTED)
    code.jump_if(R0, "==", 0, f"{name} counted")
    code.alu(R1, "=", 1).add_atomically(R0, 0, R1).label(f"{name} counted")
