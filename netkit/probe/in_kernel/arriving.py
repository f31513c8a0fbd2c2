"""The first part of the program: whose frame is it? Not ours goes up, what is refused is dropped.

In the order of the engine: ports, the list of whom to answer, rates.
"""

from __future__ import annotations

from netkit.bpf.assembler import FP, R0, R1, R2, R3, R6, R7, R8, R9, Assembler
from netkit.bpf.helpers import KTIME_GET_NS
from netkit.probe.in_kernel.frame import (
    ADDRESS_KEY,
    ETHERNET,
    IPV4,
    IPV6,
    KTIME_TAI,
    LENGTH,
    NETWORK_KEY,
    NOW,
    PACKET_TYPE,
    PREFIX_KEY,
    PULL_DATA,
    SOURCE_BUCKET,
    SOURCE_UNTIL,
    T2,
    TOTAL_BUCKET,
    UDP_PROTOCOL,
    VALUE,
    VLAN_PRESENT,
    XDP_IFINDEX,
    IpVersion,
    copy_address,
    look_up,
    swapped,
    update,
)
from netkit.probe.in_kernel.layout import ALLOW_LIST, NAMED, OWN, RULES, Counted, offset
from netkit.probe.in_kernel.place import TCX, Place
from netkit.probe.in_kernel.tables import Tables
from netkit.probe.reflector.admission.access import SERVICE_PORTS
from netkit.wire.ports import STAMP_PORT

_FAMILY = ADDRESS_KEY + 16


def dispatch(code: Assembler, place: Place, tables: Tables) -> None:
    """Frames for this host, without a VLAN tag, by their EtherType."""
    code.alu(R6, "=", R1)
    if place is TCX:
        code.load(R2, 4, R6, PACKET_TYPE).jump_if(R2, "!=", 0, "up")
        code.load(R2, 4, R6, VLAN_PRESENT).jump_if(R2, "!=", 0, "up")
    _within_reach(code, place, IPV4.udp)
    if place is not TCX:
        _to_this_interface(code, tables)
    code.load(R2, 2, R7, 12).jump_if(R2, "==", IPV4.ether_type, "IPv4")
    code.jump_if(R2, "==", IPV6.ether_type, "IPv6").jump("up")


def _to_this_interface(code: Assembler, tables: Tables) -> None:
    """To its own Ethernet address, as the kernel finds out only further up."""
    code.load(R2, 4, R6, XDP_IFINDEX).store(4, FP, VALUE, R2)
    look_up(code, tables.stations.fd, VALUE)
    code.jump_if(R0, "==", 0, "up")
    for at, size in ((0, 4), (4, 2)):
        code.load(R2, size, R0, at).load(R3, size, R7, at).jump_if(R2, "!=", R3, "up")


def open_frame(code: Assembler, place: Place, version: IpVersion, tables: Tables) -> None:
    """UDP right behind the IP header, whole, to the port and an address of this host."""
    code.label(f"IPv{version.family}")
    _within_reach(code, place, version.udp)
    code.load(R2, 1, R7, version.protocol).jump_if(R2, "!=", UDP_PROTOCOL, "up")
    # Before anything is looked up, as the caches of a processor that has slept hold no tables.
    code.call(KTIME_TAI).store(8, FP, T2, R0)
    if version is IPV4:
        code.load(R2, 1, R7, ETHERNET).jump_if(R2, "!=", 0x45, "up")
        code.load(R2, 2, R7, ETHERNET + 6).alu(R2, "&", swapped(0x3FFF)).jump_if(R2, "!=", 0, "up")
    else:
        code.load(R2, 1, R7, ETHERNET).alu(R2, "&", 0xF0).jump_if(R2, "!=", 0x60, "up")
    if place is TCX:
        _make_linear(code, version)
    _within_reach(code, place, version.udp + 8)
    code.store(4, FP, VALUE, 0)
    look_up(code, tables.rules.fd, VALUE)
    code.jump_if(R0, "==", 0, "up").alu(R9, "=", R0)
    code.load(R2, 2, R7, version.udp + 2).load(R3, 2, R9, offset(RULES, "port"))
    code.jump_if(R2, "!=", R3, "up")
    copy_address(code, version, version.destination, ADDRESS_KEY)
    code.store(4, FP, _FAMILY, version.family)
    look_up(code, tables.addresses.fd, ADDRESS_KEY)
    code.jump_if(R0, "==", 0, "up").load(R2, 4, R0, 0).jump_if(R2, "!=", OWN, "up")
    _source(code, version, tables)


def _source(code: Assembler, version: IpVersion, tables: Tables) -> None:
    """Where replies cannot go the kernel drops what comes, or knows better: it goes up. So does
    what says that it is from this host, from everybody on a link of it, or from no port."""
    copy_address(code, version, version.source, ADDRESS_KEY)
    look_up(code, tables.addresses.fd, ADDRESS_KEY)
    code.jump_if(R0, "!=", 0, "up").load(R2, 2, R7, version.udp).jump_if(R2, "==", 0, "up")
    code.load(R2, 1, FP, ADDRESS_KEY)
    if version is IPV4:
        code.jump_if(R2, "==", 0, "up").jump_if(R2, "==", 127, "up").jump_if(R2, ">=", 224, "up")
    else:
        # Global addresses and unique local ones; not link-local, of which each link has its own.
        known = f"source {version.family}"
        code.alu(R3, "=", R2).alu(R3, "&", 0xE0).jump_if(R3, "==", 0x20, known)
        code.alu(R2, "&", 0xFE).jump_if(R2, "!=", 0xFC, "up").label(known)
    code.load(R2, 1, R7, 6).alu(R2, "&", 1).jump_if(R2, "!=", 0, "up")
    code.load(R0, 8, FP, T2).load(R1, 8, R9, offset(RULES, "tai_offset_ns")).alu(R0, "-", R1)
    code.store(8, FP, T2, R0).call(KTIME_GET_NS).store(8, FP, NOW, R0)


def admit(code: Assembler, version: IpVersion, tables: Tables) -> None:
    """Ports that nobody sends from, and whom the list does not name."""
    unlisted, listed = f"unlisted {version.family}", f"listed {version.family}"
    code.load(R8, 2, R7, version.udp)
    code.load(R2, 2, R9, offset(RULES, "port"))
    code.jump_if(R8, "==", R2, _drop(Counted.REFLECTOR_PORT))
    code.jump_if(R8, "==", swapped(STAMP_PORT), _drop(Counted.REFLECTOR_PORT))
    code.big_endian(R8, 2)
    code.load(R2, 4, R9, offset(RULES, "flags")).alu(R2, "&", ALLOW_LIST)
    code.jump_if(R2, "==", 0, unlisted)
    code.store(4, FP, PREFIX_KEY, 32 + 8 * version.address_bytes)
    code.store(4, FP, PREFIX_KEY + 4, version.family)
    copy_address(code, version, version.source, PREFIX_KEY + 8)
    look_up(code, tables.allowed.fd, PREFIX_KEY)
    code.alu(R3, "=", 0).jump_if(R0, "==", 0, f"verdict {version.family}").load(R3, 4, R0, 0)
    code.label(f"verdict {version.family}").jump_if(R3, "==", NAMED, listed)
    code.jump_if(R8, "<", SERVICE_PORTS, _drop(Counted.SERVICE_PORT))
    code.jump_if(R3, "==", 0, _drop(Counted.NOT_ALLOWED)).jump(listed)
    code.label(unlisted).jump_if(R8, "<", SERVICE_PORTS, _drop(Counted.SERVICE_PORT))
    code.label(listed)


def charge(code: Assembler, version: IpVersion, tables: Tables) -> None:
    """A bucket is the time until which it is paid for: it lies at most its depth in the past.

    Both are asked before either is charged, as the engine does.
    """
    done, free = f"charged {version.family}", f"no source rate {version.family}"
    code.store(8, FP, SOURCE_BUCKET, 0).store(8, FP, TOTAL_BUCKET, 0)
    _network(code, version)
    code.load(R8, 8, R9, offset(RULES, "source_cost_ns")).jump_if(R8, "==", 0, free)
    look_up(code, tables.buckets.fd, NETWORK_KEY)
    code.jump_if(R0, "!=", 0, f"bucket {version.family}")
    code.load(R1, 8, FP, NOW).load(R2, 8, R9, offset(RULES, "source_depth_ns")).alu(R1, "-", R2)
    code.store(8, FP, VALUE, R1)
    update(code, tables.buckets.fd, NETWORK_KEY, VALUE, 0)
    look_up(code, tables.buckets.fd, NETWORK_KEY)
    code.jump_if(R0, "==", 0, _drop(Counted.SOURCE_RATE))
    code.label(f"bucket {version.family}").store(8, FP, SOURCE_BUCKET, R0)
    _paid_until(code, version, "source", Counted.SOURCE_RATE)
    code.store(8, FP, SOURCE_UNTIL, R2).label(free)
    code.load(R8, 8, R9, offset(RULES, "total_cost_ns"))
    code.jump_if(R8, "==", 0, f"no total {version.family}").store(4, FP, VALUE, 0)
    look_up(code, tables.total.fd, VALUE)
    code.jump_if(R0, "==", 0, _drop(Counted.TOTAL_RATE)).store(8, FP, TOTAL_BUCKET, R0)
    _paid_until(code, version, "total", Counted.TOTAL_RATE)
    code.load(R1, 8, FP, TOTAL_BUCKET).store(8, R1, 0, R2).label(f"no total {version.family}")
    code.load(R1, 8, FP, SOURCE_BUCKET).jump_if(R1, "==", 0, done)
    code.load(R2, 8, FP, SOURCE_UNTIL).store(8, R1, 0, R2).label(done)


def _paid_until(code: Assembler, version: IpVersion, whose: str, refused: Counted) -> None:
    """R2: until when the bucket at R0 is paid for with this request, which costs R8."""
    kept = f"{whose} kept {version.family}"
    code.load(R1, 8, FP, NOW).alu(R3, "=", R1).load(R2, 8, R9, offset(RULES, f"{whose}_depth_ns"))
    code.alu(R3, "-", R2).load(R2, 8, R0, 0).jump_if(R2, "s>", R3, kept).alu(R2, "=", R3)
    code.label(kept).alu(R2, "+", R8).jump_if(R2, "s>", R1, _drop(refused))


def _network(code: Assembler, version: IpVersion) -> None:
    """The /64, or the IPv4 prefix, that shares a bucket and a quota."""
    code.load(R2, 4, R7, version.source)
    if version is IPV4:
        code.load(R3, 4, R9, offset(RULES, "ipv4_mask")).alu(R2, "&", R3)
        code.store(4, FP, NETWORK_KEY, R2).store(4, FP, NETWORK_KEY + 4, 0)
    else:
        code.store(4, FP, NETWORK_KEY, R2)
        code.load(R2, 4, R7, version.source + 4).store(4, FP, NETWORK_KEY + 4, R2)
    code.store(8, FP, NETWORK_KEY + 8, version.family)


def _within_reach(code: Assembler, place: Place, count: int) -> None:
    """R7: a frame of which ``count`` bytes can be read."""
    code.load(R7, 4, R6, place.data).load(R3, 4, R6, place.data_end)
    code.alu(R2, "=", R7).alu(R2, "+", count).jump_if(R2, ">", R3, "up")


def _make_linear(code: Assembler, version: IpVersion) -> None:
    """UDP's header, and of frames as long as those of base packets all, whoever drives the card."""
    linear = f"linear {version.family}"
    code.load(R7, 4, R6, TCX.data).load(R3, 4, R6, TCX.data_end).alu(R2, "=", R7)
    code.alu(R2, "+", version.frame_bytes).jump_if(R2, "<=", R3, linear)
    code.load(R2, 4, R6, LENGTH).alu(R1, "=", R6)
    code.jump_if(R2, "<=", version.frame_bytes, f"pull {version.family}")
    code.alu(R2, "=", version.frame_bytes).label(f"pull {version.family}").call(PULL_DATA)
    code.label(linear)


def _drop(reason: Counted) -> str:
    return f"drop {reason.name}"
