"""What few rows of many are: the worst, the latest; and what it comes to stands last."""

from __future__ import annotations

from types import SimpleNamespace

from netkit.cli.options.rows import RowOptions
from netkit.errors import ExitCode
from netkit.model.monitoring.alarm import Alarm, Way
from netkit.report.terminal.monitoring.alarms import shown_lines
from netkit.report.terminal.probe.targets import _worst


def test_a_screen_unless_somebody_says_how_many() -> None:
    assert RowOptions().most(8) == 8
    assert RowOptions(top=3).most(8) == 3
    assert RowOptions(top=3, whole=True).most(8) is None


def test_of_many_targets_the_worst_in_their_order() -> None:
    codes = (ExitCode.OK, ExitCode.BREACH, ExitCode.OK, None, ExitCode.DEGRADED)
    rows = [
        (str(number), None, None if code is None else SimpleNamespace(code=code))
        for number, code in enumerate(codes)
    ]
    assert [row[0] for row in _worst(rows, 3)] == ["1", "3", "4"]
    assert [row[0] for row in _worst(rows, None)] == ["0", "1", "2", "3", "4"]


def test_alarms_end_in_how_many_there_are() -> None:
    def alarm(number: int) -> Alarm:
        subject = SimpleNamespace(src="a", dst="b", rule="slow", flow="main",
                                  way=Way.FORWARD)  # fmt: skip
        return SimpleNamespace(
            id=f"id{number}", subject=subject, since_ns=0, cleared_ns=None, acked_by=None,
            acked_ns=None, evidence='{"likely_links": []}',
        )  # fmt: skip

    lines = list(shown_lines([alarm(number) for number in range(5)], [], 2))
    assert [line.split()[0] for line in lines] == ["…", "id3", "id4", "5"]
    assert lines[0] == "… 3 alarms before"
    assert lines[-1] == "5 alarms raised, 5 seen by nobody; 0 events not told yet"
