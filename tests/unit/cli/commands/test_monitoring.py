"""``netkit locate`` and ``netkit alarms`` over a small network whose fault is known."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from alarmed_store import windows
from command import netkit
from goldens import ROOT
from watched_windows import MINUTE_NS, ROW_TOPOLOGY

from netkit.store.windows.store import open_store

CAMPAIGN = """\
name: watch
topology: row.yaml
sites:
  - {name: a, node: a, addresses: ["2001:db8::a"]}
  - {name: b, node: b, addresses: ["2001:db8::b"]}
  - {name: c, node: c, addresses: ["2001:db8::c"]}
  - {name: d, node: d, addresses: ["2001:db8::d"]}
measure:
  - pairs:
      - {src: a, dst: b}
      - {src: a, dst: c}
      - {src: a, dst: d}
      - {src: b, dst: c}
      - {src: b, dst: d}
      - {src: c, dst: d}
"""
RULES = """\
netkit: alarms/1
rules:
  - {name: slow, when: delay, raise: {windows: 2, of: 3}, clear: {windows: 2}}
targets:
  - {name: book, command: [COMMAND]}
"""
BOOK = f"""\
#!{sys.executable}
import json, pathlib, sys
event = json.load(sys.stdin)
with (pathlib.Path(__file__).parent / "book").open("a") as book:
    book.write(event["event"] + "\\n")
"""
SLOW_MINUTES = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two hours of a quiet mesh, and then b to c takes 4 ms longer; now is a minute after."""
    (tmp_path / "row.yaml").write_text(ROW_TOPOLOGY, encoding="utf-8")
    (tmp_path / "watch.yaml").write_text(CAMPAIGN, encoding="utf-8")
    command = tmp_path / "command"
    command.write_text(BOOK, encoding="utf-8")
    command.chmod(0o755)
    rules = RULES.replace("COMMAND", str(command))
    (tmp_path / "alarms.yaml").write_text(rules, encoding="utf-8")
    now = time.time_ns() // MINUTE_NS
    with open_store(store(tmp_path)) as opened:
        opened.add(windows(now - 120, now - SLOW_MINUTES))
        opened.add(windows(now - SLOW_MINUTES, now, slow_ns=4_000_000))
    return tmp_path


def store(folder: Path) -> str:
    return f"sqlite:///{folder / 'windows.sqlite'}"


def test_locate_names_the_link_in_its_direction(folder: Path) -> None:
    done = netkit("locate", folder / "watch.yaml", "--store", store(folder))
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "delay: 4 flows changed, 8 unchanged, 0 unknown"
    assert lines[1].split() == ["100%", "b-c", "from", "b", "+4.000", "±", "0.040", "ms"]
    assert "jitter: 0 flows changed" in done.stdout


def test_locate_before_anything_changed(folder: Path) -> None:
    words = ("--at", f"{SLOW_MINUTES + 2}m", "--quantity", "delay", "--store", store(folder))
    done = netkit("locate", folder / "watch.yaml", *words)
    assert (done.returncode, done.stderr) == (0, "")


def test_locate_of_a_time_without_windows_is_unknown(folder: Path) -> None:
    done = netkit("locate", folder / "watch.yaml", "--at", "30d", "--store", store(folder))
    assert done.returncode == 3
    assert "nothing is known of that time" in done.stderr


def test_locate_without_a_topology_says_what_it_takes(folder: Path) -> None:
    bare = CAMPAIGN.replace("topology: row.yaml\n", "")
    for name in "abcd":
        bare = bare.replace(f"node: {name}, ", "")
    (folder / "bare.yaml").write_text(bare, encoding="utf-8")
    done = netkit("locate", folder / "bare.yaml", "--store", store(folder))
    assert done.returncode == 3
    assert "no topology; expected topology: a file" in done.stderr


def test_alarms_are_evaluated_told_shown_and_acknowledged(folder: Path) -> None:
    where = ("--store", store(folder))
    asked = ("alarms", "evaluate", folder / "watch.yaml", "--rules", folder / "alarms.yaml", *where)
    first = netkit(*asked)
    assert first.returncode == 2, first.stderr
    assert "4 alarms raised in all, 4 events told" in first.stdout
    assert "b-c from b" in first.stdout
    again = netkit(*asked, "--json")
    document = json.loads(again.stdout)
    assert (document["raised"], document["told"], len(document["active"])) == ([], 0, 4)
    told = (folder / "book").read_text(encoding="utf-8").split()
    assert sorted(told) == sorted(f"{one}-raised" for one in document["active"])

    shown = json.loads(netkit("alarms", "show", "watch", "--json", *where).stdout)
    (likely,) = [o for o in shown["alarms"][0]["evidence"]["likely_links"] if o["posterior"] > 0.5]
    assert likely["links"] == [{"link": "b-c", "from": "b"}]
    for alarm in document["active"]:
        seen = netkit("alarms", "ack", alarm, "--by", "li", *where)
        assert "seen by li" in seen.stdout
    after = netkit("alarms", "show", *where)
    assert after.returncode == 1
    assert "4 alarms, acknowledged" in after.stderr


def test_no_alarms_is_good_and_an_unknown_one_is_told(folder: Path) -> None:
    assert netkit("alarms", "show", "--store", store(folder)).returncode == 0
    done = netkit("alarms", "show", "wacth", "--store", store(folder))
    assert done.returncode == 3
    assert "wacth: no window of such a campaign was ever evaluated" in done.stderr
    done = netkit("alarms", "ack", "nosuch", "--store", store(folder))
    assert done.returncode == 3
    assert "no such alarm: nosuch" in done.stderr


def test_every_field_of_the_documents_is_on_their_pages(folder: Path) -> None:
    where = ("--store", store(folder), "--json")
    rules = ("--rules", folder / "alarms.yaml")
    documents = [
        json.loads(netkit(*words, *where).stdout)
        for words in (
            ("locate", folder / "watch.yaml"),
            ("alarms", "evaluate", folder / "watch.yaml", *rules, "--no-deliver"),
            ("alarms", "show"),
        )
    ]
    documents[2]["alarms"][0]["evidence"]["path_before"] = {"plan": None, "segment_list": None}
    pages = "".join(
        (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8") for page in ("locate", "alarms")
    )
    for document in documents:
        assert document["schema"] in pages
        assert {name for name in fields(document) if f"`{name}`" not in pages} == set()


def fields(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values()))
    return set().union(*map(fields, value)) if isinstance(value, list) else set()
