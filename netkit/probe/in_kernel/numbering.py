"""The part of the program that gives a request its session, and the reply its number.

The rules are those of :mod:`netkit.probe.reflector.sessions`: one that fell silent, or starts
again from 0, begins anew, and nobody holds more than a share of the table. What has no place is
answered with its own number.
"""

from __future__ import annotations

from netkit.bpf.assembler import FP, R0, R1, R2, R3, R7, R8, R9, Assembler
from netkit.probe.in_kernel.frame import (
    ADDRESS_KEY,
    COUNTED,
    NETWORK_KEY,
    NOW,
    SESSION_KEY,
    VALUE,
    IpVersion,
    copy_address,
    look_up,
    update,
)
from netkit.probe.in_kernel.layout import RULES, SESSION, STATELESS, Counted, offset
from netkit.probe.in_kernel.tables import Tables
from netkit.probe.reflector.sessions import PAUSE_NS, REFWAIT_NS
from netkit.wire.arrays import SENDER

_NO_EXIST = 1
_AT = {name: offset(SESSION, name) for name in SESSION.names or ()}


def number(code: Assembler, version: IpVersion, tables: Tables) -> None:
    """R8: the number of the reply."""
    known, numbered = f"known {version.family}", f"numbered {version.family}"
    code.store(4, FP, COUNTED, Counted.REFLECTED)
    code.load(R8, 4, R7, version.packet + offset(SENDER, "sequence")).big_endian(R8, 4)
    code.load(R2, 4, R9, offset(RULES, "flags")).alu(R2, "&", STATELESS)
    code.jump_if(R2, "!=", 0, numbered)
    _key(code, version)
    look_up(code, tables.sessions.fd, SESSION_KEY)
    code.jump_if(R0, "!=", 0, known)
    _begin(code, version, tables)
    code.label(known)
    _next(code, version)
    code.label(numbered)


def _key(code: Assembler, version: IpVersion) -> None:
    copy_address(code, version, version.source, SESSION_KEY)
    code.load(R2, 2, R7, version.udp).store(2, FP, SESSION_KEY + 16, R2)
    code.load(R2, 2, R7, version.packet + offset(SENDER, "ssid"))
    code.store(2, FP, SESSION_KEY + 18, R2).store(4, FP, SESSION_KEY + 20, version.family)


def _begin(code: Assembler, version: IpVersion, tables: Tables) -> None:
    """A place for a new session, of its address, its network and the table; R0 is then there."""
    full, numbered = f"table full {version.family}", f"numbered {version.family}"
    holders = (
        (tables.of_source.fd, ADDRESS_KEY, "of_source"),
        (tables.of_network.fd, NETWORK_KEY, "of_network"),
    )
    for fd, key, limit in holders:
        free = f"{limit} free {version.family}"
        look_up(code, fd, key)
        code.jump_if(R0, "==", 0, free).load(R1, 8, R0, 0)
        code.load(R2, 8, R9, offset(RULES, limit)).jump_if(R1, ">=", R2, full).label(free)
    for at in range(0, SESSION.itemsize, 8):
        code.store(8, FP, VALUE + at, 0)
    code.load(R1, 8, FP, NOW)
    code.store(8, FP, VALUE + _AT["begun_ns"], R1).store(8, FP, VALUE + _AT["heard_ns"], R1)
    update(code, tables.sessions.fd, SESSION_KEY, VALUE, _NO_EXIST)
    code.jump_if(R0, "!=", 0, full).store(8, FP, VALUE, 1)
    for fd, key, limit in holders:
        held, more = f"{limit} held {version.family}", f"{limit} more {version.family}"
        look_up(code, fd, key)
        code.jump_if(R0, "!=", 0, more)
        update(code, fd, key, VALUE, _NO_EXIST)
        code.jump(held).label(more).alu(R1, "=", 1).add_atomically(R0, 0, R1).label(held)
    look_up(code, tables.sessions.fd, SESSION_KEY)
    code.jump_if(R0, "!=", 0, f"known {version.family}")
    code.label(full).store(4, FP, COUNTED, Counted.TABLE_FULL).jump(numbered)


def _next(code: Assembler, version: IpVersion) -> None:
    """The session at R0 hears of the request with the number R8, and gives R8 its own."""
    anew, goes_on = f"anew {version.family}", f"goes on {version.family}"
    code.load(R2, 4, R0, _AT["engine"]).jump_if(R2, "!=", 0, "up")
    code.load(R1, 8, FP, NOW).alu(R2, "=", R1).load(R3, 8, R0, _AT["heard_ns"]).alu(R2, "-", R3)
    code.alu(R3, "=", REFWAIT_NS // 1000).alu(R3, "*", 1000).jump_if(R2, "s>", R3, anew)
    code.jump_if(R8, "!=", 0, goes_on).load(R3, 4, R0, _AT["latest"])
    code.jump_if(R3, "==", 0, goes_on).jump_if(R2, "s<=", PAUSE_NS, goes_on).label(anew)
    code.store(8, R0, _AT["next"], 0).store(8, R0, _AT["received"], 0)
    code.store(8, R0, _AT["begun_ns"], R1).label(goes_on)
    code.store(8, R0, _AT["heard_ns"], R1).store(4, R0, _AT["latest"], R8)
    code.alu(R1, "=", 1).add_atomically(R0, _AT["received"], R1)
    code.alu(R8, "=", 1).fetch_and_add(R0, _AT["next"], R8)
