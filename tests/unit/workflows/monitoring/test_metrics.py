import os
import signal
import socket
import time
import urllib.request
from dataclasses import replace

import pytest
from measured_windows import BEGIN_NS, MINUTE_NS, window
from prometheus_client.parser import text_string_to_metric_families

from netkit.errors import ApplyError, InputError
from netkit.model.units import NS_PER_S
from netkit.store.file_lock import alone
from netkit.store.windows.store import open_store
from netkit.workflows.monitoring import metrics
from netkit.workflows.monitoring.metrics import (
    MetricsOptions,
    Scraped,
    metrics_text,
    serve_store_apart,
    write_textfile,
)

OPTIONS = MetricsOptions()


class Kept:
    """A store that keeps windows in a list, and counts how often it is asked."""

    def __init__(self, *windows):
        self.windows, self.asked = list(windows), 0

    def __call__(self, selection):
        self.asked += 1
        for one in self.windows:
            key = one.key
            fresh = key.start_ns + 2 * key.length_ns > selection.fresh_since_ns
            if fresh and key.start_ns < selection.until_ns:
                yield one


def minute(number):
    return BEGIN_NS + number * MINUTE_NS


def sent(text):
    return {
        sample.labels["src"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "netkit_probes_sent_total"
    }


def test_counters_of_a_textfile_rise_from_run_to_run_and_count_each_window_once(tmp_path):
    file, kept, totals = tmp_path / "netkit.prom", Kept(), []
    for number in range(40):
        kept.windows.append(window(minute=number))
        if number % 3 == 0:
            write_textfile(kept, file, OPTIONS, minute(number + 1))
            totals.append(sent(file.read_text())["beijing"])
    assert totals == [2 * (number + 1) for number in range(0, 40, 3)]


def test_what_retention_takes_from_the_store_is_not_taken_from_the_counters(tmp_path):
    file, kept = tmp_path / "netkit.prom", Kept(*(window(minute=one) for one in range(10)))
    write_textfile(kept, file, OPTIONS, minute(10))
    del kept.windows[:9]
    write_textfile(kept, file, OPTIONS, minute(11))
    assert sent(file.read_text()) == {"beijing": 20}


def test_a_pair_that_is_not_measured_any_more_vanishes(tmp_path):
    file = tmp_path / "netkit.prom"
    kept = Kept(window(minute=0), window("xian", minute=20))
    write_textfile(kept, file, OPTIONS, minute(1))
    write_textfile(kept, file, OPTIONS, minute(21))
    assert sent(file.read_text()) == {"xian": 2}


def test_windows_of_a_clock_that_is_ahead_wait_for_their_time(tmp_path):
    assert sent(metrics_text(Kept(window(minute=5)), OPTIONS, minute(3))) == {}


def test_two_runs_at_once_exclude_each_other(tmp_path):
    file = tmp_path / "netkit.prom"
    held = alone(tmp_path / ".netkit.prom.lock", "the first")
    with held, pytest.raises(ApplyError, match="another run is at work"):
        write_textfile(Kept(), file, OPTIONS, minute(1))
    assert not file.exists()


@pytest.mark.parametrize("name", ["netkit.txt", "netkit"])
def test_a_file_that_no_exporter_reads_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"textfile: .*\.prom"):
        write_textfile(Kept(), tmp_path / name, OPTIONS, minute(1))


def test_a_file_of_anyone_elses_stays_as_it_is(tmp_path):
    file = tmp_path / "node.prom"
    file.write_text("node_load1 3\n")
    with pytest.raises(InputError, match="no metrics that netkit wrote"):
        write_textfile(Kept(window()), file, OPTIONS, minute(1))
    assert file.read_text() == "node_load1 3\n"


def test_a_link_is_not_written_through(tmp_path):
    (tmp_path / "a.prom").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="symbolic link"):
        write_textfile(Kept(window()), tmp_path / "a.prom", OPTIONS, minute(1))


def test_a_scraper_sees_counters_that_rise_and_the_store_is_asked_once_a_second():
    kept, now_ns = Kept(window(minute=0)), minute(1)
    scraped = Scraped(kept, OPTIONS, lambda: now_ns)
    for _ in range(10):
        assert sent(scraped.text("")[0].decode()) == {"beijing": 2}
    assert kept.asked == 1
    kept.windows.append(window(minute=1))
    now_ns = minute(2)
    assert sent(scraped.text("")[0].decode()) == {"beijing": 4}
    now_ns = minute(30)
    assert sent(scraped.text("")[0].decode()) == {}


def test_a_pair_whose_windows_come_seldom_stays():
    kept, now_ns = Kept(window(minute=0)), minute(1)
    scraped = Scraped(kept, OPTIONS, lambda: now_ns)
    scraped.text("")
    now_ns = minute(12)
    assert b"netkit_owd_min_seconds{" in scraped.text("")[0]


def test_counters_of_rounds_rise_however_late_in_them_their_windows_are_stored(tmp_path):
    """Of an hour, without a file of their campaign: a window may be as old when it is stored."""
    kept, file = Kept(), tmp_path / "netkit.prom"
    now_ns, counted = minute(0), []
    scraped = Scraped(kept, OPTIONS, lambda: now_ns)
    for number, late in enumerate([59, 3, 40, 10]):
        for at in (1, 30, 59):
            now_ns = minute(60 * (number + 1) + at)
            if at == 1:
                one = window(minute=60 * number + late)
                kept.windows.append(replace(one, round_ns=60 * MINUTE_NS))
            write_textfile(kept, file, OPTIONS, now_ns)
            counted.append(sent(file.read_text()).get("beijing"))
            assert sent(scraped.text("")[0].decode()).get("beijing") == counted[-1]
    assert counted == [2, 2, 2, 4, 4, 4, 6, 6, 6, 8, 8, 8]
    now_ns = minute(191 + 180)
    assert sent(scraped.text("")[0].decode()) == {"beijing": 8}
    now_ns = minute(191 + 183)
    assert sent(scraped.text("")[0].decode()) == {}


def test_for_rounds_of_one_campaign_no_windows_of_others_are_read_again():
    """Of an agent's, three hours are a hundred and eighty windows of each pair, every second."""
    asked, now_ns = [], minute(0)

    def windows(selection):
        asked.append((selection.campaign, (now_ns - selection.fresh_since_ns) // NS_PER_S))
        return [replace(window(minute=0), round_ns=60 * MINUTE_NS)] if len(asked) == 1 else []

    scraped = Scraped(windows, OPTIONS, lambda: now_ns)
    for second in range(62, 100, 2):
        now_ns = BEGIN_NS + second * NS_PER_S
        scraped.text("")
    assert asked[0] == (None, 900)
    assert {one for one in asked[1:] if one[0] is None} == {(None, 300)}
    assert asked.count(("hubs", 3 * 3600 + 120)) == 1


def test_a_store_is_served_by_a_process_of_its_own(tmp_path):
    url, minute = f"sqlite:///{tmp_path / 'w.sqlite'}", (time.time_ns() - BEGIN_NS) // MINUTE_NS - 1
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_store(url) as store:
        store.add([window(minute=minute)])
    child = serve_store_apart(url, "127.0.0.1", port, OPTIONS)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=300) as told:
            assert sent(told.read().decode()) == {"beijing": 2}
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


def test_a_text_is_made_once_for_each_state_of_the_store(monkeypatch):
    made = []
    monkeypatch.setattr(
        metrics, "negotiated", lambda totals, version, accept: made.append(accept) or (b"", "")
    )
    kept, now_ns = Kept(window(minute=0)), minute(1)
    scraped = Scraped(kept, OPTIONS, lambda: now_ns)
    for second in range(60):
        now_ns = minute(1) + second * 10**9
        scraped.text("a")
    assert made == ["a"]
    for number in range(100):
        scraped.text(str(number))
    assert len(scraped._texts) <= 4


def long_windows(tmp_path, minutes):
    """A store with a window of so many minutes, and what adds the next one."""
    store = open_store(f"sqlite:///{tmp_path / 'w.sqlite'}")
    one = window()
    numbers = iter(range(100))

    def more():
        start_ns = BEGIN_NS + next(numbers) * minutes * MINUTE_NS
        key = replace(one.key, start_ns=start_ns, length_ns=minutes * MINUTE_NS)
        store.add([replace(one, key=key)])
        return start_ns + key.length_ns

    return store, more


@pytest.mark.parametrize("minutes", [5, 10, 15, 30, 60])
def test_windows_of_any_length_are_counted_once_each_and_their_series_stay(tmp_path, minutes):
    """They begin longer ago than is looked back, and may be as long as a pair may be silent."""
    store, more = long_windows(tmp_path, minutes)
    file, now_ns = tmp_path / "netkit.prom", BEGIN_NS
    with store:
        scraped = Scraped(store.windows, OPTIONS, lambda: now_ns)
        for number in range(3):
            ended_ns = more()
            for later_s in (20, minutes * 30, minutes * 60):
                now_ns = ended_ns + later_s * NS_PER_S
                write_textfile(store.windows, file, OPTIONS, now_ns)
                counted = {"beijing": 2 * (number + 1)}
                assert sent(scraped.text("")[0].decode()) == counted
                assert sent(file.read_text()) == counted
                assert sent(metrics_text(store.windows, OPTIONS, now_ns)).keys() == {"beijing"}
        now_ns += (2 * minutes + 16) * MINUTE_NS
        assert sent(scraped.text("")[0].decode()) == {}
