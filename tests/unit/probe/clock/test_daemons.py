"""What daemons print about the clock, and what holds of all claims together."""

from __future__ import annotations

import ctypes
import errno
import math
from contextlib import closing
from pathlib import Path

import pytest
from clock_daemons import (
    CHRONY_GPS,
    CHRONY_LOCAL,
    CHRONY_NONE,
    CHRONY_NTP,
    PMC_GRANDMASTER,
    PMC_LISTENING,
    PMC_TRACKING,
)
from hypothesis import given
from hypothesis import strategies as st

from netkit.model.measurement.clock import ClockClaim, ClockReport, SyncSource
from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.clock import this_host as clock
from netkit.probe.clock.daemons import parse_chrony, parse_pmc
from netkit.probe.clock.this_host import ClockState, report_error_estimate, report_uncertainty_us
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.run.reflecting import opening as live_reflector
from netkit.probe.run.reflecting.opening import ReflectOptions
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import UNSYNCHRONISED
from netkit.wire.tlv import TimestampInformation, Tlv, TlvType

CHRONY_FAR = CHRONY_NTP.replace("0.000008784", "0.014000000")  # 14 ms there and back
PMC = PMC_TRACKING.replace("UNCALIBRATED", "SLAVE")


def kernel(max_error_us: int = 500, *, synchronised: bool = True) -> ClockClaim:
    return ClockState(synchronised, max_error_us).claim()


def test_chrony_bounds_as_its_documentation_says() -> None:
    claim = parse_chrony(CHRONY_NTP)
    assert claim is not None
    assert (claim.by, claim.synchronised, claim.source) == ("chrony", True, SyncSource.NTP)
    # |system time| + root dispersion + root delay / 2
    assert claim.max_error_ns == 2_316 + 581 + 8_784 // 2
    assert claim.detail == "stratum 3 from 192.0.2.1, off by at most 7 µs"


@pytest.mark.parametrize(
    ("reference", "source"),
    [("47505300", SyncSource.GNSS), ("50484330", SyncSource.PTP), ("44434600", SyncSource.NTP)],
)
def test_chrony_names_reference_clocks(reference: str, source: SyncSource) -> None:
    assert CHRONY_GPS.startswith("47505300,GPS,1,")
    claim = parse_chrony(CHRONY_GPS.replace("47505300", reference))
    assert claim is not None
    assert (claim.source, claim.max_error_ns) == (source, 1_331)


@pytest.mark.parametrize("text", [CHRONY_NONE, CHRONY_LOCAL])
def test_chrony_without_a_source_bounds_nothing(text: str) -> None:
    claim = parse_chrony(text)
    assert claim is not None
    assert (claim.synchronised, claim.max_error_ns) == (False, None)


def test_ptp4l_adds_offset_path_and_grandmaster() -> None:
    claim = parse_pmc(PMC)
    assert claim is not None
    assert (claim.by, claim.synchronised, claim.source) == ("ptp4l", True, SyncSource.PTP)
    assert claim.max_error_ns == 934 + 1695 + 100


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (PMC_TRACKING, "not locked to its grandmaster, port UNCALIBRATED"),
        (PMC_LISTENING, "no grandmaster, port LISTENING"),
        # What holds the clock of a grandmaster is not for ptp4l to say.
        (PMC_GRANDMASTER, "no grandmaster, port MASTER"),
    ],
)
def test_ptp4l_that_holds_no_clock_says_so(text: str, detail: str) -> None:
    claim = parse_pmc(text)
    assert claim is not None
    assert (claim.synchronised, claim.max_error_ns, claim.detail) == (False, None, detail)


def test_a_grandmaster_that_does_not_know_its_accuracy_bounds_nothing() -> None:
    claim = parse_pmc(PMC.replace("0x21", "0xfe"))
    assert claim is not None
    assert (claim.synchronised, claim.max_error_ns) == (True, None)


def test_no_answer_is_no_claim() -> None:
    for text in ("", "506 Cannot talk to daemon\n", "a,b,c,d,e,f,g,h,i,j,k,l,m,n"):
        assert parse_chrony(text) is None
    assert parse_pmc("sending: GET TIME_STATUS_NP\n") is None


@given(st.text() | st.lists(st.sampled_from([*CHRONY_NTP.split(","), *PMC.split()])).map(",".join))
def test_any_text_is_read_without_a_fall(text: str) -> None:
    for claim in (parse_chrony(text), parse_pmc(text), parse_pmc(text.replace(",", "\n"))):
        assert claim is None or claim.max_error_ns is None or claim.max_error_ns >= 0


def test_the_bound_of_all_is_the_largest() -> None:
    chrony, ptp = parse_chrony(CHRONY_FAR), parse_pmc(PMC)
    assert chrony is not None
    assert ptp is not None
    report = ClockReport((kernel(), ptp))
    assert (report.max_error_ns, report.source) == (500_000, SyncSource.PTP)
    assert ClockReport((kernel(), chrony)).max_error_ns == chrony.max_error_ns == 7_002_897
    assert report_uncertainty_us(report) == 500
    assert report_error_estimate(report) == ClockState(True, 500).error_estimate()
    newer = report.with_kernel(kernel(900))
    assert (newer.max_error_ns, newer.claims[1:]) == (900_000, (ptp,))


def test_chrony_holds_a_clock_that_the_kernel_calls_unsynchronised() -> None:
    """Without ``rtcsync`` it never tells the kernel, whose clock it steers all the same."""
    chrony = parse_chrony(CHRONY_FAR)
    assert chrony is not None
    report = ClockReport((kernel(synchronised=False), chrony))
    assert (report.max_error_ns, report.source) == (chrony.max_error_ns, SyncSource.NTP)
    assert "rtcsync" in " ".join(report.remedies)
    assert not ClockReport((kernel(), chrony)).remedies
    # Nobody keeps its bound up to date: it grows by what a crystal drifts, 50 µs a second.
    older = report.with_kernel(kernel(synchronised=False), aged_ns=10**10)
    assert older.max_error_ns == report.max_error_ns + 500_000
    assert ClockReport((kernel(), chrony), 10**10).max_error_ns == chrony.max_error_ns


def test_a_clock_that_the_kernel_disowns_has_no_bound_whatever_ptp4l_says() -> None:
    """It holds the clock of the network card; who carries that over is the kernel's to say."""
    ptp = parse_pmc(PMC)
    assert ptp is not None
    report = ClockReport((kernel(synchronised=False), ptp))
    assert (report.max_error_ns, report.source) == (None, SyncSource.FREE_RUNNING)
    assert math.isinf(report_uncertainty_us(report))
    assert report_error_estimate(report) == UNSYNCHRONISED


def test_a_kernel_that_will_not_be_asked_bounds_nothing_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Refusing:
        def adjtimex(self, _timex: object) -> int:
            ctypes.set_errno(errno.EPERM)
            return -1

    monkeypatch.setattr(clock.ctypes, "CDLL", lambda *_a, **_k: Refusing())
    monkeypatch.setenv("PATH", "/nonexistent")
    report = clock.examine_clock()
    assert (report.max_error_ns, report.synchronised) == (None, False)
    assert "Operation not permitted" in report.claims[0].detail
    assert "SYS_TIME" in report.remedies[0]


@pytest.mark.parametrize(
    "printed", [b"", b"hello", b"\xff\xfe,,,", b"C0A80001,x,1,2,3,4,5,6,7,8,9,10,11,Fine\n"]
)
def test_a_garbled_chronyc_is_named_and_claims_nothing(
    printed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "printed").write_bytes(printed)
    chronyc = tmp_path / "chronyc"
    chronyc.write_text(f"#!/bin/sh\ncat {tmp_path}/printed\n")
    chronyc.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    chrony = clock.examine_clock().claims[1]
    assert (chrony.by, chrony.synchronised, chrony.max_error_ns) == ("chrony", False, None)
    assert "no answer" in chrony.detail
    assert chrony.remedy is not None


@pytest.mark.parametrize("field", [4, 10, 11])
@pytest.mark.parametrize("value", ["1e308", "-1e308", "nan", "inf", "1e10"])
def test_errors_beyond_all_sense_are_no_answer(field: int, value: str) -> None:
    fields = CHRONY_FAR.split(",")
    fields[field] = value
    assert parse_chrony(",".join(fields)) is None


def test_a_daemon_that_bounds_nothing_leaves_no_bound() -> None:
    ptp = parse_pmc(PMC.replace("0x21", "0xfe"))
    assert ptp is not None
    assert ClockReport((kernel(), ptp)).max_error_ns is None
    assert ClockReport((kernel(),)).source is None


def test_daemons_are_asked_where_there_are_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chronyc = tmp_path / "chronyc"
    chronyc.write_text(f"#!/bin/sh\nprintf '%s' '{CHRONY_FAR}'\n")
    chronyc.chmod(0o755)
    (tmp_path / "pmc").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "pmc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(clock, "_PATIENCE_S", 0.2)
    assert [claim.by for claim in clock.examine_clock().claims] == ["kernel", "chrony"]


def test_reflectors_say_what_holds_their_clock_and_how_well() -> None:
    chrony = parse_chrony(CHRONY_FAR)
    assert chrony is not None
    report = ClockReport((kernel(), chrony))
    with closing(open_stamp_socket("127.0.0.1")) as socket:
        reflector = live_reflector._reflector(ReflectOptions(), AccessList(), report, socket, None)
    asked = Tlv(TlvType.TIMESTAMP_INFORMATION, TimestampInformation().to_value())
    request = SenderPacket(0, 0, UNSYNCHRONISED, 1, (asked,)).to_bytes()
    received = Stamp(10**18, StampSource.KERNEL)
    reply = reflector.reflect(request, ("::1", 9000), received, 64, now_ns=0, wall_ns=10**18)
    assert reply is not None
    packet = ReflectorPacket.parse(reply.data)
    told = TimestampInformation.parse(packet.tlvs[0].value)
    assert (told.sync_in, told.sync_out) == (SyncSource.NTP, SyncSource.NTP)
    assert packet.error_estimate.synchronised
    assert packet.error_estimate.error_ns is not None
    assert packet.error_estimate.error_ns >= 7_000_000


def told_to_the_kernel(monkeypatch: pytest.MonkeyPatch, **fields: int) -> None:
    timex = clock._Timex(**fields)
    monkeypatch.setattr(clock, "_adjtimex", lambda: timex)
    monkeypatch.setenv("PATH", "/nonexistent")


@pytest.mark.parametrize("seconds", [0, 7, 2048])
def test_a_clock_whose_keeper_states_no_error_has_no_bound(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """systemd-timesyncd sets both errors to 0 with each answer; the kernel adds 500 µs a second."""
    told_to_the_kernel(monkeypatch, maxerror=500 * seconds, esterror=0)
    state, report = clock.clock_state(), clock.examine_clock()
    assert (state.synchronised, math.isinf(state.uncertainty_us)) == (True, True)
    assert state.error_estimate() == report_error_estimate(report) == UNSYNCHRONISED
    assert (report.synchronised, report.max_error_ns) == (True, None)
    assert "timesyncd" in report.claims[0].detail
    assert "chrony" in report.remedies[0]


@pytest.mark.parametrize(("most_us", "estimated_us"), [(1007, 0), (1000, 3), (500, 16_000_000)])
def test_a_clock_whose_keeper_states_some_error_has_it(
    monkeypatch: pytest.MonkeyPatch, most_us: int, estimated_us: int
) -> None:
    told_to_the_kernel(monkeypatch, maxerror=most_us, esterror=estimated_us)
    assert clock.examine_clock().max_error_ns == 1000 * most_us


def test_a_daemon_that_states_an_error_is_believed_where_the_kernel_was_told_none() -> None:
    """Its bound is kept up to date by nobody then, and grows by what a crystal drifts."""
    silent, chrony = ClockState(True, 3500, stated=False).claim(), parse_chrony(CHRONY_FAR)
    assert chrony is not None
    assert chrony.max_error_ns is not None
    report = ClockReport((silent, chrony))
    assert report.max_error_ns == chrony.max_error_ns
    assert report.with_kernel(silent, 10**10).max_error_ns == chrony.max_error_ns + 500_000
