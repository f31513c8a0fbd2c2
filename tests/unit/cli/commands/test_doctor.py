"""What ``netkit doctor`` makes of what was tried, and the trials that need no root."""

from __future__ import annotations

import ctypes
import json
import struct
from collections.abc import Callable

import pytest
import typer

from netkit.cli.commands import doctor
from netkit.cli.commands.doctor import Check
from netkit.errors import ExitCode
from netkit.model.measurement.clock import ClockReport
from netkit.probe.clock.this_host import ClockState
from netkit.probe.kernel import abilities
from netkit.probe.kernel.abilities import Ability

OK = Check("a", True, True, "works", None)
OPTIONAL = Check("b", False, False, "not there", "get it")
VITAL = Check("c", False, True, "broken", "mend it")


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([OK], ExitCode.OK),
        ([OK, OPTIONAL], ExitCode.DEGRADED),
        ([OK, OPTIONAL, VITAL], ExitCode.UNKNOWN),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_the_exit_code_is_that_of_the_worst_lack(
    checks: list[Check],
    code: ExitCode,
    as_json: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(doctor, "_measuring", lambda: checks)
    monkeypatch.setattr(doctor, "_clock", lambda report: [])
    monkeypatch.setattr(doctor, "_lab", list)
    with pytest.raises(typer.Exit) as ended:
        doctor.doctor(json=as_json)
    assert ended.value.exit_code == code
    shown = capsys.readouterr().out
    if as_json:
        document = json.loads(shown)
        assert document["schema"] == "netkit/doctor/1"
        assert document["can_measure"] == (code is not ExitCode.UNKNOWN)
        assert [check["name"] for check in document["checks"]] == [c.name for c in checks]
        assert document["clock"]["claims"][0]["by"] == "kernel"
    else:
        assert ("-> mend it" in shown) == (VITAL in checks)
        assert ("MISSING" in shown) == (VITAL in checks)


@pytest.mark.parametrize("synchronised", [True, False])
def test_the_clock_is_told_with_its_remedy(synchronised: bool) -> None:
    (check,) = doctor._clock(ClockReport((ClockState(synchronised, 250).claim(),)))
    assert (check.present, check.required) == (synchronised, False)
    assert ("off by at most 250 µs" in check.detail) == synchronised
    assert (check.remedy is None) == synchronised


def test_a_machine_without_the_lab_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (check,) = doctor._lab()
    assert not check.present
    assert "netkit-srv6[lab]" in str(check.remedy)


def test_both_stamps_are_taken_by_this_kernel() -> None:
    stamps = abilities.try_kernel_stamps("127.0.0.1")
    assert stamps.receive.works, stamps.receive.detail
    assert stamps.transmit.works, stamps.transmit.detail


def test_an_address_that_is_not_here_is_no_ability() -> None:
    stamps = abilities.try_kernel_stamps("192.0.2.1")
    assert not stamps.receive.works
    assert "192.0.2.1" in stamps.transmit.detail


def test_a_kernel_without_stamps_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that asks for none stands for a kernel that takes none."""
    monkeypatch.setattr("netkit.probe.kernel.sockets.STAMPING", 0)
    monkeypatch.setattr("netkit.probe.kernel.sockets.OPT_ID", 0)
    monkeypatch.setattr(abilities, "_PATIENCE_S", 0.05)
    stamps = abilities.try_kernel_stamps("127.0.0.1")
    assert stamps.receive == Ability(False, "the datagram came without a stamp")
    assert not stamps.transmit.works


def answering(flags: dict[bytes, int]) -> Callable[..., int]:
    """An ioctl that answers like drivers with these abilities, and refuses for other names."""

    def ioctl(udp: object, number: int, request: bytes) -> int:
        name, address = struct.unpack_from("16sP", request)
        if name.rstrip(b"\0") not in flags:
            raise OSError("Operation not supported")
        ctypes.memmove(address + 4, struct.pack("=I", flags[name.rstrip(b"\0")]), 4)
        return 0

    return ioctl


def test_cards_that_stamp_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [(1, "lo"), (2, "eth0"), (3, "eth1")]
    monkeypatch.setattr("socket.if_nameindex", lambda: names)
    monkeypatch.setattr("fcntl.ioctl", answering({b"eth0": 0x5F, b"eth1": 0x1A}))
    assert abilities.hardware_stamps() == Ability(True, "eth0")
    monkeypatch.setattr("fcntl.ioctl", answering({}))
    assert not abilities.hardware_stamps().works
