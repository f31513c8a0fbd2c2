"""Does this kernel take what will be asked of it? Tried in a namespace made for it, and read back.

A kernel refuses what it does not know, or worse, takes it and keeps something else: Linux 6.1 takes
``End.X … flavors next-csid`` and drops the flavor. Each form is tried once, whatever the addresses.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network

from netkit.apply.changes import Change, unlike
from netkit.apply.linux.kernel import Kernel
from netkit.apply.objects import KernelObject, Route, Seg6Local, SidDevice
from netkit.errors import ApplyError, PrivilegeError

_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_DEVICE = "sr0"


def refused_forms(wanted: Iterable[KernelObject]) -> list[str]:
    """A sentence for each form of SID or policy in ``wanted`` that this kernel does not hold.

    Raises:
        PrivilegeError: no namespace may be made here.
        ApplyError: none can be made.
    """
    forms = list(_forms(wanted))
    found: list[str] = []
    failed: list[BaseException] = []

    def tried() -> None:
        # The thread alone goes into the namespace, which ends with it.
        try:
            _unshare()
            found.extend(_tried(forms))
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            failed.append(error)

    thread = threading.Thread(target=tried, name="netkit-trial")
    thread.start()
    thread.join()
    if failed and isinstance(failed[0], PermissionError):
        raise PrivilegeError(
            "SIDs are tried in a namespace first, which takes CAP_SYS_ADMIN and CAP_NET_ADMIN: run"
            " it as root, in a container with both"
        ) from failed[0]
    if failed:
        raise ApplyError(f"cannot make a namespace to try SIDs in: {failed[0]}") from failed[0]
    return found


def _unshare() -> None:
    if _LIBC.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _tried(forms: list[tuple[str, Route]]) -> Iterator[str]:
    with Kernel() as kernel:
        kernel.make(Change(None, SidDevice(_DEVICE)))
        for said, route in forms:
            try:
                kernel.make(Change(None, route))
            except ApplyError as error:
                yield f"{said}: this kernel refuses it ({str(error).partition(': ')[2]})"
                continue
            wrong = unlike(kernel.held([route.key]), [Change(None, route)])
            for one in wrong:
                yield f"{said}: this kernel takes it, but holds {_said(one.before)}"


def _forms(wanted: Iterable[KernelObject]) -> Iterator[tuple[str, Route]]:
    """One route of each form, with the words for it."""
    seen: set[str] = set()
    for one in wanted:
        if isinstance(one, Route) and (one.encap is not None or one.next_hops):
            said = _said(one)
            if said not in seen:
                seen.add(said)
                yield said, _moved(one, len(seen))


def _moved(route: Route, number: int) -> Route:
    """The same form at a prefix and on a device of the trial's own."""
    version6 = route.prefix.version == 6
    prefix: IPv6Network | IPv4Network = (
        IPv6Network((0x20010DB8 << 96 | number << 64, 64)) if version6
        else IPv4Network((10 << 24 | number << 8, 24))
    )  # fmt: skip
    hops = tuple(replace(hop, device=_DEVICE) for hop in route.next_hops)
    device = None if route.device is None else _DEVICE
    return replace(route, prefix=prefix, device=device, next_hops=hops)


def _said(one: KernelObject | None) -> str:
    """The form of a route in words, as ``ip`` has them."""
    if not isinstance(one, Route):
        return "nothing"
    family = f"IPv{one.prefix.version}"
    if one.next_hops:
        return f"{family} route shared over {one.next_hops[0].encap.mode} next hops"
    if isinstance(one.encap, Seg6Local):
        flavors = "".join(f" {word}" for word in sorted(one.encap.flavors))
        bits = f" {one.encap.block_bits}+{one.encap.node_function_bits}" if flavors else ""
        return f"seg6local {one.encap.action}{flavors}{bits}"
    mode = "no encapsulation" if one.encap is None else f"seg6 {one.encap.mode}"
    return f"{family} route with {mode}"
