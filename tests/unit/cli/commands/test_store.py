"""``netkit history``, ``export`` and ``store``, over a small database."""

from __future__ import annotations

import csv
import json
import time

import pytest
import watched_windows as clockless
from command import netkit
from goldens import ROOT
from stored_windows import MINUTE_NS, window

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.window import WindowSelection
from netkit.store.samples_csv import write_samples
from netkit.store.windows.schema import VERSION
from netkit.store.windows.store import open_store

HOUR_MINUTES = 60


@pytest.fixture
def store(tmp_path):
    """Ten minutes of beijing to shanghai, three hours ago, one minute missing; and its URL."""
    url = f"sqlite:///{tmp_path / 'windows.sqlite'}"
    minute = time.time_ns() // MINUTE_NS - window(0).key.start_ns // MINUTE_NS - 3 * HOUR_MINUTES
    with open_store(url) as opened:
        opened.add([window(minute + number) for number in range(10) if number != 4])
    return url


def test_history_shows_each_direction(store):
    done = netkit("history", "--store", store, width=140)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if "gold" in line]
    assert [line[:5] for line in lines] == [
        ["beijing", "shanghai", "gold", "549", "1.6"],
        ["shanghai", "beijing", "gold", "540", "0"],
    ]
    assert lines[0][6].startswith("20.0")
    assert lines[0][-1] == "pass"


def test_history_on_80_columns_has_whole_names_the_latest_rows_and_the_answer_last(store):
    done = netkit("history", "--by", "minute", "--top", "4", "--store", store, width=80)
    lines = done.stdout.splitlines()
    rows = [line for line in lines if "gold" in line]
    assert all("beijing" in line and "shanghai" in line for line in rows)
    assert max(map(len, lines)) <= 80
    every = netkit("history", "--by", "minute", "--all", "--store", store, width=80)
    minutes = sorted({line[:17] for line in every.stdout.splitlines() if "gold" in line})
    assert {line[:17] for line in rows} == set(minutes[-2:])
    assert lines[-1].startswith("18 rows: ")
    assert "and 14 more rows" in done.stdout


def test_history_of_a_pair_by_minute_as_json(store):
    done = netkit("history", "shanghai", "beijing", "--by", "minute", "--json", "--store", store)
    document = json.loads(done.stdout)
    assert document["schema"] == "netkit/history/1"
    assert len(document["rows"]) == 9
    row = document["rows"][0]
    assert (row["src"], row["dst"], row["sent"], row["owd_count"]) == (
        "shanghai",
        "beijing",
        60,
        60,
    )
    assert [one["notes"] for one in document["notes"]] == [{"unknown sender": 18}]
    assert row["owd_min_ns"] <= row["owd_p50_ns"] <= row["owd_p99_ns"] <= row["owd_max_ns"]


def test_what_windows_noted_is_told_of_a_pair(store):
    done = netkit("history", "beijing", "shanghai", "--store", store)
    assert "Noted by beijing of beijing to shanghai (gold): 18 x unknown sender" in done.stdout


def test_nothing_measured_is_unknown_and_says_so(store):
    done = netkit("history", "harbin", "--since", "30d", "--by", "hour", "--store", store)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "netkit: nothing was measured then\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--since", "soon"], "--since: soon; expected a duration with its unit, such as"),
        (["--since", "1h", "--until", "2h"], "expected a time before --until"),
        (["--by", "week"], "expected minute or hour or day or all"),
        (["--store", "mysql://root:secret@db/x"], "URL of a store: mysql://root:***@db/x"),
        (["--store", "sqlite://"], "expected sqlite:////path"),
        (["--store", "no url"], "not a URL"),
        (["--store", "postgresql://nk:secret@[::1/x"], "not a URL"),
        (["--store", "postgresql://nk:secret@host:port/x"], "not a URL"),
        (["--store", "postgresql://nk@127.0.0.1:1/x?password=secret"], "Connection refused"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_was_expected(store, words, told):
    done = netkit("history", "--store", store, *words)
    assert done.returncode == 3
    assert told in done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_export_writes_what_history_has(store, tmp_path):
    words = ("export", "--store", store, "--by", "minute")
    assert netkit(*words, "-o", tmp_path / "out.csv").returncode == 0
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert netkit(*words, "--format", "json", "-o", tmp_path / "out.json").returncode == 0
    document = json.loads((tmp_path / "out.json").read_text())
    plain = [{k: "" if v is None else str(v) for k, v in row.items()} for row in document["rows"]]
    assert rows == plain
    assert netkit(*words, "--format", "parquet", "-o", tmp_path / "out.parquet").returncode == 0
    import duckdb

    asked = f"SELECT sum(sent), max(owd_max_ns) FROM '{tmp_path / 'out.parquet'}'"
    assert duckdb.sql(asked).fetchall()[0] == (
        sum(row["sent"] for row in document["rows"]),
        max(row["owd_max_ns"] for row in document["rows"]),
    )
    again = netkit(*words, "-o", tmp_path / "out.csv")
    assert again.returncode == 3
    assert "will not be overwritten" in again.stderr


def test_check_names_the_gap_and_prune_rolls_up(store):
    done = netkit("store", "check", "--store", store)
    assert done.returncode == 1
    assert "1 series, 9 windows, 0 hours, 0 days" in done.stdout
    assert "no windows from" in done.stdout
    assert done.stderr == "netkit: windows are missing: 1 gap\n"
    pruned = json.loads(netkit("store", "prune", "--store", store, "--json").stdout)
    assert pruned["rolled_up"] in (1, 2)
    assert pruned["removed"] == {"windows": 0, "hours": 0, "days": 0}
    checked = json.loads(netkit("store", "check", "--store", store, "--json").stdout)
    assert (checked["overdue"], checked["hours"]) == (0, pruned["rolled_up"])
    gone = netkit("store", "prune", "--store", store, "--windows", "1h", "--hours", "2h")
    assert ", removed 9 windows" in gone.stdout
    refused = netkit("store", "prune", "--store", store, "--windows", "30d", "--hours", "1d")
    assert refused.returncode == 3
    assert "no shorter" in refused.stderr


def test_prune_says_what_it_cannot_take_away_and_why(store):
    with open_store(store) as opened:
        opened.add(list(opened.windows(WindowSelection())), to_deliver=True)
    done = netkit("store", "prune", "--store", store, "--windows", "1h", "--hours", "2h")
    assert ", removed 0 windows" in done.stdout
    assert "wait to be delivered, and nothing that is later is taken away" in done.stderr
    assert netkit("store", "prune", "--store", store).stderr == ""


def test_damage_is_a_breach(store):
    from pathlib import Path

    path = Path(store.removeprefix("sqlite:///"))
    held = bytearray(path.read_bytes())
    page = held.index(b"sha256:ab") // 8192
    held[page * 8192 : page * 8192 + 8] = b"\x0d" + bytes(7)
    path.write_bytes(held)
    done = netkit("store", "check", "--store", store)
    assert done.returncode in (2, 3)
    assert "damaged" in done.stderr or "malformed" in done.stderr


def test_migrate_says_which_version_it_is(store):
    done = netkit("store", "migrate", "--store", store)
    assert done.stdout.endswith(f"windows.sqlite: version {VERSION} already\n")
    document = json.loads(netkit("store", "migrate", "--store", store, "--json").stdout)
    assert (document["before"], document["after"]) == (VERSION, VERSION)


def test_deliver_says_how_many(store, tmp_path):
    central = f"sqlite:///{tmp_path / 'central.sqlite'}"
    with open_store(store) as opened:
        opened.add(list(opened.windows(WindowSelection())), to_deliver=True)
    done = netkit("store", "deliver", "--to", central, "--store", store)
    assert done.stdout == "9 windows delivered, 9 new there\n"
    document = json.loads(
        netkit("store", "deliver", "--to", central, "--store", store, "--json").stdout
    )
    assert document["delivered"] == 0


def test_the_state_folder_holds_the_database_that_is_not_named(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    place = tmp_path / "state" / "windows.sqlite"
    done = netkit("history")
    assert done.returncode == 3
    assert f"{place}: there is no such file; nothing has been stored yet" in done.stderr
    assert not place.parent.exists(), "who only reads makes nothing"
    assert netkit("store", "prune").returncode == 0
    assert place.is_file()


@pytest.mark.parametrize(
    "words", [["history"], ["store", "check"], ["store", "prune"], ["store", "migrate"]]
)
def test_the_page_names_every_field(store, words):
    page = (ROOT / "docs" / "store.md").read_text()
    document = json.loads(netkit(*words, "--store", store, "--json").stdout)
    rows = [row for each in document.values() if isinstance(each, list) for row in each]
    names = set(document).union(*(row for row in rows if isinstance(row, dict)))
    assert {name for name in names - {"schema"} if f"`{name}`" not in page} == set()
    assert f"`{document['schema']}`" in page


def test_raw_samples_become_parquet(tmp_path):
    rows = [("a", "b", Sample(1, Outcome.RECEIVED, Stamp(10**18, StampSource.KERNEL)))]
    write_samples(tmp_path / "raw.csv", rows)
    done = netkit("store", "samples", tmp_path / "raw.csv", "--site", "a", "-o", tmp_path / "lake")
    (path,) = (tmp_path / "lake").rglob("*.parquet")
    assert done.stdout == f"{path}\n"
    assert path.parent == tmp_path / "lake" / "day=2001-09-09" / "site=a"


def test_of_several_files_of_samples_none_is_kept_where_one_cannot_be_read(tmp_path):
    """Those before it were, and again when the other had been mended."""
    rows = [("a", "b", Sample(1, Outcome.RECEIVED, Stamp(10**18, StampSource.KERNEL)))]
    write_samples(tmp_path / "good.csv", rows)
    (tmp_path / "bad.csv").write_text("something else\n")
    files = (tmp_path / "good.csv", tmp_path / "bad.csv")
    done = netkit("store", "samples", *files, "--site", "a", "-o", tmp_path / "lake")
    assert (done.returncode, done.stdout) == (3, "")
    assert not list(tmp_path.rglob("*.parquet"))


CLOCKLESS = """
name: watch
sites:
  - {name: a, addresses: ["2001:db8::1"], clock: free_running}
  - {name: b, addresses: ["2001:db8::2"], clock: free_running}
measure:
  - mesh: all
"""


def test_history_certifies_the_least_delay_where_clocks_bound_nothing(tmp_path):
    url, file = f"sqlite:///{tmp_path / 'w.sqlite'}", tmp_path / "watch.yaml"
    file.write_text(CLOCKLESS)
    minute = time.time_ns() // MINUTE_NS - 60
    # b's clock is 4 ms ahead; of 2 ms there and 7 ms back nobody can tell which is which.
    ways = [clockless.one_way(of_ns, uncertainty_ns=None) for of_ns in (6_000_000, 3_000_000)]
    with open_store(url) as opened:
        opened.add([clockless.window(minute + number, *ways) for number in range(3)])
    plain = netkit("history", "--store", url, "--json")
    assert plain.stderr == ""
    assert {row["certified_low_ns"] for row in json.loads(plain.stdout)["rows"]} == {None}
    done = netkit("history", "--store", url, "--certify", file, "--json")
    rows = {row["src"]: row for row in json.loads(done.stdout)["rows"]}
    for src, true_ns in (("a", 2_000_000), ("b", 7_000_000)):
        assert rows[src]["certified_low_ns"] <= true_ns <= rows[src]["certified_high_ns"]
        # Both ways take 9 ms, and free crystals move by up to 6 ms against each other in a minute.
        assert rows[src]["certified_high_ns"] == 15_000_000
        assert rows[src]["owd_min_ns"] == {"a": 6_000_000, "b": 3_000_000}[src]
    table = netkit("history", "--store", url, "--certify", file, width=140).stdout
    assert "Certified min" in table
    assert "Certified min" not in netkit("history", "--store", url, width=140).stdout


@pytest.mark.parametrize("by", ["all", "day"])
def test_a_time_for_ever_is_one(store, by):
    words = ("--since", "0001-01-01", "--until", "9999-12-31", "--by", by, "--json")
    done = netkit("history", *words, "--store", store)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["rows"]) in (2, 4)  # two days, around a midnight
