"""Which interfaces XDP serves, and why all requests go up; what the program does there is tried on
real ones in ``tests/netns``."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import cast

import pytest

from netkit.errors import ProbeError
from netkit.probe.in_kernel.mode import KernelMode
from netkit.probe.in_kernel.reflector import Address, KernelReflector
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.kernel.links_and_addresses import Interface
from netkit.probe.run.reflecting import in_kernel
from netkit.probe.run.reflecting.in_kernel import Upkeep, open_kernel_reflector
from netkit.wire.timestamps import ErrorEstimate


def interface(index: int, name: str, kind: str = "", below: int | None = None) -> Interface:
    return Interface(
        index, name, ethernet=True, enslaved=False, address=bytes(6), kind=kind, below=below,
        xdp_program=None,
    )  # fmt: skip


CARD, VETH, TAGGED = (
    interface(2, "eth0"), interface(3, "veth0", "veth"), interface(4, "eth0.5", "vlan", 2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ((CARD, TAGGED), "eth0 carries VLANs, whose tags are not seen there; TCX serves any"),
        ((VETH,), "veth0 is a veth, whose other end takes no frames from there; TCX serves any"),
        ((interface(4, "eth0.5", "vlan"),), "there is no network card; TCX serves any"),
    ],
)
def test_where_xdp_cannot_answer_nothing_is_loaded(
    monkeypatch: pytest.MonkeyPatch, there: tuple[Interface, ...], reason: str
) -> None:
    monkeypatch.setattr(in_kernel, "interfaces", lambda: list(there))
    with ExitStack() as stack, pytest.raises(ProbeError) as caught:
        open_kernel_reflector(
            KernelMode.XDP, Rules(8620), stack, interface=None, authenticated=False
        )
    assert reason in str(caught.value)


class Loaded:
    """As a program whose host has what addresses it is told; ``answers`` where it has places."""

    answers = True
    said: str | None = None

    def hear_at(
        self, addresses: Iterable[Address], _everybody: Iterable[Address] = ()
    ) -> str | None:
        self.answers = bool(list(addresses)) and self.said is None
        return self.said

    def tell(self, _error: ErrorEstimate, _tai_offset_ns: int) -> None:
        """It has nobody to say it to."""

    def sweep(self, _now_ns: int, _knows: object) -> None:
        """It has no sessions."""


def test_why_the_program_leaves_all_to_the_engines_is_said_while_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And as it was when that began: a number that changes each second is no news."""
    loaded, offsets = Loaded(), list[int | None]([0])
    kept = Upkeep(cast("KernelReflector", loaded), ("::",), lambda _key: False)
    monkeypatch.setattr(in_kernel, "_SWEEP_NS", 0)
    monkeypatch.setattr(in_kernel, "tai_offset_ns", lambda: offsets[0])
    monkeypatch.setattr(in_kernel, "heard_at", lambda _binds: ["2001:db8::1"])
    monkeypatch.setattr(in_kernel, "broadcast_addresses", list)

    def seen() -> tuple[str | None, bool]:
        kept.look(ErrorEstimate())
        return kept.idle, loaded.answers

    assert seen() == (None, True)
    loaded.said = "2,049 addresses"
    assert seen() == ("2,049 addresses", False)
    loaded.said = "2,050 addresses"
    assert seen() == ("2,049 addresses", False)
    loaded.said = None
    assert seen() == (None, True)
    offsets[0] = None
    assert seen() == ("this host's kernel does not say how far TAI is ahead of UTC", False)
    offsets[0] = 0
    monkeypatch.setattr(in_kernel, "broadcast_addresses", refused)
    assert seen() == ("this host's kernel does not say how far TAI is ahead of UTC", False)
    monkeypatch.setattr(in_kernel, "broadcast_addresses", list)
    assert seen() == (None, True)
    monkeypatch.setattr(in_kernel, "broadcast_addresses", refused)
    assert seen() == ("netlink: refused", False)


def refused() -> list[Address]:
    raise ProbeError("netlink: refused")
