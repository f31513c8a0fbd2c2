"""Files of alarm rules: what they come to, and every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from netkit.errors import InputError
from netkit.files.alarm_rules import read_alarm_rules
from netkit.model.monitoring.rules import Channel, Condition, Count, Rule, Target

GOOD = """\
netkit: alarms/1
rules:
  - {name: tier, when: tier}
  - name: losses
    when: loss
    over_percent: 0.5
    raise: {windows: 2, of: 4}
    clear: {windows: 3}
    campaigns: [hubs]
  - {name: slow, when: delay, over_ms: 1.5}
targets:
  - {name: noc, webhook: "https://noc.example/hook", rules: [tier], timeout_s: 3}
  - {name: log, syslog: /dev/log}
  - {name: page, command: [/usr/bin/page, --urgent]}
  - {name: chat, apprise: "slack://token"}
"""

BAD = """\
netkit: alarms/1
rules:
  - {name: Tier One, when: teir}
  - {name: flaps, when: tier, raise: {windows: 1}}
  - {name: backwards, when: tier, clear: {windows: 5, of: 3}}
  - {name: flaps, when: loss}
targets:
  - {name: nowhere}
  - {name: both, webhook: "ftp://x", syslog: /dev/log}
  - {name: who, command: [], rules: [nosuch]}
"""


def test_a_file_of_everything(tmp_path: Path) -> None:
    path = tmp_path / "alarms.yaml"
    path.write_text(GOOD, encoding="utf-8")
    found = read_alarm_rules(path)
    assert found.rules == (
        Rule("tier", Condition.TIER),
        Rule("losses", Condition.LOSS, Count(2, 4), Count(3, 3), 0.005, frozenset({"hubs"})),
        Rule("slow", Condition.DELAY, over=1_500_000.0),
    )
    assert found.targets == (
        Target(
            "noc", Channel.WEBHOOK, ("https://noc.example/hook",), frozenset({"tier"}), 3 * 10**9
        ),
        Target("log", Channel.SYSLOG, ("/dev/log",)),
        Target("page", Channel.COMMAND, ("/usr/bin/page", "--urgent")),
        Target("chat", Channel.APPRISE, ("slack://token",)),
    )


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "alarms.yaml"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_alarm_rules(path)
    told = str(caught.value).replace(str(tmp_path), "")
    print(told)
    for word in (
        "Tier One", "teir", "from 2", "5 windows of 3", "over_percent", "stands twice",
        "where to", "a list of words", "nosuch",
    ):  # fmt: skip
        assert word in told, word


def test_a_name_that_stands_again_is_told_where_it_does(tmp_path: Path) -> None:
    path = tmp_path / "alarms.yaml"
    path.write_text(
        "netkit: alarms/1\nrules:\n  - {name: a, when: tier}\n  - {name: b, when: tier}\n"
        "  - {name: a, when: tier}\ntargets:\n  - {name: x, webhook: 'http://a'}\n"
        "  - {name: x, webhook: 'http://b'}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_alarm_rules(path)
    lines = [(one.line, one.what) for one in caught.value.problems]
    assert lines == [
        (5, "rules: the name 'a' stands twice"), (8, "targets: the name 'x' stands twice"),
    ]  # fmt: skip


def test_what_depends_on_what_cannot_be_read_is_not_held_against_it(tmp_path: Path) -> None:
    """Of an unknown condition nobody knows which figure it takes, nor what its rule is called."""
    path = tmp_path / "alarms.yaml"
    path.write_text(
        "netkit: alarms/1\nrules:\n  - {name: Loss, when: los, over_percent: 2}\n"
        "targets:\n  - {name: x, webhook: 'http://a', rules: [nope]}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_alarm_rules(path)
    told = str(caught.value)
    assert "over_percent" not in told
    assert "'los'" in told
    assert "'nope'; expected the name of a rule" in told
