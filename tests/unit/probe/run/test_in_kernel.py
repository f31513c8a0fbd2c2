"""Which interfaces XDP serves; what it does there is tried on real ones in ``tests/netns``."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from netkit.errors import ProbeError
from netkit.probe.in_kernel.mode import KernelMode
from netkit.probe.in_kernel.rules import Rules
from netkit.probe.kernel.links_and_addresses import Interface
from netkit.probe.run import in_kernel
from netkit.probe.run.in_kernel import open_kernel_reflector


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
