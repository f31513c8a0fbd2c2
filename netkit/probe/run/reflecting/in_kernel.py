"""Reflecting in the kernel where it allows that: tried before ports open, told what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from netkit.errors import PrivilegeError, ProbeError
from netkit.model.units import NS_PER_S
from netkit.probe.clock.this_host import tai_offset_ns
from netkit.probe.in_kernel.mode import KernelMode
from netkit.probe.in_kernel.place import TCX, XDP
from netkit.probe.in_kernel.reflector import KernelReflector, places_of, without_places
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.kernel.links_and_addresses import (
    Interface,
    addresses_by_interface,
    broadcast_addresses,
    interfaces,
)
from netkit.probe.reflector.replies import SessionKey
from netkit.wire.timestamps import ErrorEstimate

EVERYWHERE = ("::", "0.0.0.0")  # noqa: S104
_SWEEP_NS = NS_PER_S


@dataclass(frozen=True, slots=True)
class InForce:
    """Who answers base packets; ``how`` is one line for people."""

    how: str
    kernel: KernelReflector | None = None


def open_kernel_reflector(
    mode: KernelMode,
    rules: Rules,
    stack: ExitStack,
    *,
    interface: str | None,
    authenticated: bool,
    binds: Sequence[str] = EVERYWHERE,
) -> InForce:
    """Attach the program to all Ethernet interfaces, or to one; ``stack`` takes it away again.
    ``binds`` are the addresses that sockets hear at.

    It answers nothing before :meth:`Upkeep.look` has told it the clock and the addresses. Raises
    :class:`ProbeError` where ``tcx`` or ``xdp`` is asked for and cannot be had.
    """
    if mode is KernelMode.OFF:
        return InForce("in Python, as asked for")
    if authenticated:
        return _without(mode, "with a key every request is read by the engine")
    try:
        place, found = (XDP if mode is KernelMode.XDP else TCX), interfaces()
        chosen = _choose(found, interface)
        if place is XDP:
            chosen = _cards(chosen, found)
        _all_have_places(binds)
        kernel = KernelReflector(rules, place)
        stack.callback(kernel.close)
        for one in chosen:
            _attach(kernel, one)
    except PermissionError as error:
        return _without(mode, f"needs CAP_BPF and CAP_NET_ADMIN ({error.strerror})", error)
    except (OSError, ProbeError) as error:
        return _without(mode, getattr(error, "strerror", None) or str(error), error)
    return InForce(
        f"by the kernel ({place.name}) on {', '.join(one.name for one in chosen)}", kernel
    )


def _choose(found: Sequence[Interface], interface: str | None) -> list[Interface]:
    """Where frames that the socket would hear arrive; :class:`ProbeError` if that is nowhere."""
    fit = [
        one for one in found if one.ethernet and not one.enslaved and interface in (None, one.name)
    ]
    if not fit:
        what = "there is no Ethernet interface" if interface is None else f"{interface} is not one"
        raise ProbeError(f"{what} that is in no bridge, bond or VRF")
    return fit


def _cards(chosen: Sequence[Interface], every: Sequence[Interface]) -> list[Interface]:
    """Those that XDP serves; :class:`ProbeError` with the reasons if that is none."""
    carrying = {one.below for one in every if one.kind == "vlan"}
    unfit: list[str] = []
    cards = []
    for one in chosen:
        if one.kind == "veth":
            unfit.append(f"{one.name} is a veth, whose other end takes no frames from there")
        elif one.index in carrying:
            unfit.append(f"{one.name} carries VLANs, whose tags are not seen there")
        elif one.kind != "vlan":
            cards.append(one)
    if not cards:
        raise ProbeError(f"{'; '.join(unfit) or 'there is no network card'}; TCX serves any")
    return cards


def _all_have_places(binds: Sequence[str]) -> None:
    """With more the program would answer nothing: see :meth:`KernelReflector.hear_at`."""
    why = without_places(places_of(heard_at(_literal(binds)), broadcast_addresses()))
    if why is not None:
        raise ProbeError(why)


def _attach(kernel: KernelReflector, one: Interface) -> None:
    try:
        kernel.attach(one.index, one.address)
    except PermissionError:
        raise
    except OSError as error:
        raise ProbeError(f"{one.name}: {error.strerror}") from error


def _without(mode: KernelMode, reason: str, error: Exception | None = None) -> InForce:
    if mode is KernelMode.AUTO:
        return InForce(in_python(reason))
    if isinstance(error, PermissionError):
        raise PrivilegeError(f"the kernel cannot reflect: {reason}; run as root, or ask for auto")
    raise ProbeError(f"the kernel cannot reflect: {reason}; ask for auto to do without")


def in_python(reason: str) -> str:
    """Who answers base packets, where the kernel does not."""
    return f"in Python: {reason}"


class Upkeep:
    """What changes while the program answers: the clock, the addresses, sessions that end.

    ``idle`` is why the program leaves all requests to the engines at present, as it was when that
    began; None where it answers.
    """

    def __init__(
        self,
        kernel: KernelReflector,
        binds: Sequence[str],
        knows: Callable[[SessionKey], bool],
    ) -> None:
        self._kernel, self._knows = kernel, knows
        self._binds = _literal(binds)
        self._swept_ns = 0
        self.idle: str | None = None

    def look(self, error: ErrorEstimate) -> None:
        """To be called some times a second; addresses and sessions are looked at once in one."""
        offset_ns = tai_offset_ns()
        if offset_ns is None:
            self._idle("this host's kernel does not say how far TAI is ahead of UTC")
            return
        self._kernel.tell(error, offset_ns)
        now_ns = time.monotonic_ns()
        if now_ns - self._swept_ns < _SWEEP_NS:
            return
        self._swept_ns = now_ns
        try:
            why = self._kernel.hear_at(heard_at(self._binds), broadcast_addresses())
        except ProbeError as problem:
            self._idle(str(problem))  # what is not known to be this host's the engine answers
        else:
            self.idle = why and (self.idle or why)
        self._kernel.sweep(now_ns, self._knows)

    def _idle(self, why: str) -> None:
        self._kernel.hear_at(())
        self.idle = self.idle or why


def _literal(binds: Sequence[str]) -> list[IPv4Address | IPv6Address]:
    """Without their zones; what is no address is told by the sockets that are to hear there."""
    found = []
    for bind in binds:
        with suppress(ValueError):
            found.append(ip_address(bind.partition("%")[0]))
    return found


def heard_at(
    binds: Sequence[IPv4Address | IPv6Address],
) -> list[IPv4Address | IPv6Address]:
    """The addresses of this host that the sockets hear at; those in VRFs they do not."""
    enslaved = {one.index for one in interfaces() if one.enslaved}
    here = [address for index, address in addresses_by_interface() if index not in enslaved]
    kinds = {bind.version for bind in binds if bind.is_unspecified}
    return [address for address in here if address in binds or address.version in kinds]
