"""Many targets in one loop: each at its moment, each from its own side, none costs another."""

from __future__ import annotations

import threading
from ipaddress import ip_address
from time import time_ns

import pytest
from reflector_process import free_port, reflecting

from netkit.errors import InputError, ProbeError
from netkit.probe.kernel.addresses import Address
from netkit.probe.run import looking_up, many
from netkit.probe.run.many import Target, send_to_all
from netkit.probe.run.send_options import SendOptions

MS = 1_000_000
OPTIONS = SendOptions(count=5, interval_ms=5, timeout_ms=300)


def test_each_starts_at_its_moment_and_from_an_address_of_its_family() -> None:
    port = free_port()
    sources = (ip_address("127.0.0.2"), ip_address("::1"))
    moment_ns = time_ns() + 700 * MS
    targets = [
        Target("now", ("::1",), port, OPTIONS),
        Target("then", ("::1",), port, OPTIONS, moment_ns, sources),
        Target("past", ("::1",), port, OPTIONS, 1),
        Target("nobody's", ("::1",), port, OPTIONS, 0, (ip_address("2001:db8::1"),)),
        Target("no name", ("no..name", "::1"), port, OPTIONS),
    ]
    with reflecting("--bind", "::1", "--port", str(port)):
        found = {one.target.name: one for one in send_to_all(targets)}
    assert found["nobody's"].result is None
    assert "Cannot assign requested address" in str(found["nobody's"].error)
    samples = {
        name: one.result.flows[0].session.samples for name, one in found.items() if one.result
    }
    assert {name: len(own) for name, own in samples.items()} == dict.fromkeys(
        ("now", "then", "past", "no name"), 5
    )
    assert all(one.t4 is not None for own in samples.values() for one in own)
    assert all(one.t1.time_ns >= moment_ns for one in samples["then"])


def test_names_are_looked_up_side_by_side(monkeypatch) -> None:
    """Each look-up waits until all have begun: one after the other, the first would for ever."""
    together = threading.Barrier(20, timeout=60)

    def nowhere(host: str, port: int, options: SendOptions) -> list[Address]:
        together.wait()
        raise ProbeError(f"{host} cannot be resolved")

    monkeypatch.setattr(looking_up, "destinations", nowhere)
    found = send_to_all([Target(f"x{n}", (f"x{n}",), 862, OPTIONS) for n in range(20)])
    assert [one.error for one in found] == [f"x{n} cannot be resolved" for n in range(20)]


def test_a_clock_that_is_set_back_while_names_are_looked_up_puts_no_start_off(monkeypatch) -> None:
    set_ns = 0

    def lately(targets):
        nonlocal set_ns
        set_ns = -365 * 86_400 * 1000 * MS
        return looking_up.looked_up(targets)

    monkeypatch.setattr(many, "looked_up", lately)
    monkeypatch.setattr(many, "time_ns", lambda: time_ns() + set_ns)
    (found,) = send_to_all([Target("x", ("::1",), free_port(), OPTIONS, time_ns() + 200 * MS)])
    assert found.result is not None
    assert len(found.result.flows[0].session.samples) == 5


def test_nobody_to_probe_is_no_endless_run() -> None:
    (found,) = send_to_all([Target("x", ("no..name",), 862, OPTIONS)])
    assert found.result is None
    assert send_to_all([]) == ()


@pytest.mark.parametrize("options", [SendOptions(flows=2), SendOptions(count=0)])
def test_what_needs_a_run_of_its_own(options: SendOptions) -> None:
    with pytest.raises(InputError, match="for several targets"):
        send_to_all([Target("x", ("::1",), 862, options)])
