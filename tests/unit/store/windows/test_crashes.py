"""Writers that are killed, that are many, and that have no room: each window is whole or absent."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from examples import enough
from store_writers import BATCH, batch, deliver_all, heard, killed_after, processes, write
from stored_windows import START_NS, window

from netkit.errors import StoreError
from netkit.model.measurement.window import WindowSelection
from netkit.store.windows.engine import parsed, sqlite_engine
from netkit.store.windows.store import open_store
from netkit.store.windows.upkeep.check import check

ALL = WindowSelection()
KILLS = enough(80, 200)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'windows.sqlite'}"


def whole(url: str) -> list[object]:
    """The windows of a database that is intact, whose rows can all be read."""
    with open_store(url) as store:
        assert check(store, START_NS, START_NS).faults == ()
        return list(store.windows(ALL))


def test_killed_writers_leave_whole_batches_and_all_that_they_had_told_of(url):
    context, moments = processes(), random.Random(12)
    told: set[int] = set()
    number, longest = 0, 0.1
    for _ in range(KILLS):
        ours, theirs = context.Pipe(duplex=False)
        words = (url, window(0), "a", number, 60, theirs)
        process = context.Process(target=write, args=words)
        # From before it has opened the file, the first time made it, to some batches later.
        killed_after(process, moments.uniform(0, longest))
        theirs.close()
        now = {one for one, _ in heard(ours)}
        longest = longest * 1.2 if not now else max(0.1, longest / 1.2)
        told |= now
        number = max(told, default=-1) + 1
    held = whole(url)
    starts = [one.key.start_ns for one in held]
    assert len(set(starts)) == len(starts)
    numbers = {(start - START_NS) // window(0).key.length_ns // BATCH for start in starts}
    assert len(held) == BATCH * len(numbers)
    assert told <= numbers
    assert told, "killed too early to have written"


def test_a_killed_delivery_delivers_once(tmp_path):
    local, central = (f"sqlite:///{tmp_path / name}" for name in ("site.sqlite", "central.sqlite"))
    held = [one for number in range(400) for one in batch(window(0), "a", number)]
    with open_store(local) as site:
        site.add(held, to_deliver=True)
    context, moments = processes(), random.Random(3)
    for _ in range(20):
        process = context.Process(target=deliver_all, args=(local, central))
        killed_after(process, moments.uniform(0, 0.3))
    deliver_all(local, central)
    assert whole(central) == held


def test_twenty_writers_at_once_lose_nothing_and_double_nothing(url):
    context = processes()
    pipes = [context.Pipe(duplex=False) for _ in range(20)]
    every = [
        context.Process(target=write, args=(url, window(0), f"site{number % 10}", 0, 3, theirs))
        for number, (_, theirs) in enumerate(pipes)
    ]  # two processes a site: both write the same windows
    for process in every:
        process.start()
    added: dict[str, int] = {}
    for number, (process, (ours, theirs)) in enumerate(zip(every, pipes, strict=True)):
        theirs.close()
        found = []
        while (one := ours.recv()) is not None:
            assert not isinstance(one, str), one
            found.append(one)
        process.join()
        assert process.exitcode == 0
        site = f"site{number % 10}"
        added[site] = added.get(site, 0) + sum(new for _, new in found)
    held = whole(url)
    by_site = {site: [one for one in held if one.key.src == site] for site in added}
    assert {site: len(windows) for site, windows in by_site.items()} == added
    assert all(added.values())


FILL = """
import sys
from netkit.errors import StoreError
from netkit.store.windows.store import open_store
sys.path.insert(0, sys.argv[2])
from store_writers import batch
from stored_windows import window
with open_store(sys.argv[1]) as store:
    try:
        for number in range(10_000):
            store.add([one for n in range(20) for one in batch(window(0), "a", 20 * number + n)])
    except StoreError as error:
        print(number, error)
with open_store(sys.argv[1]) as store:
    from netkit.model.measurement.window import WindowSelection
    print(len(list(store.windows(WindowSelection()))))
"""
SUPPORT = Path(__file__).parents[3] / "support"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk; needs root")
def test_a_full_disk_is_one_clear_error_and_takes_nothing(tmp_path):
    # A mount namespace of its own: the disk is gone with the process.
    script = 'mount -t tmpfs -o size=2m none "$1" && shift && exec "$@"'
    database = f"sqlite:///{tmp_path / 'windows.sqlite'}"
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", tmp_path,
         sys.executable, "-c", FILL, database, SUPPORT],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    failed, held = done.stdout.splitlines()
    number, told = failed.split(" ", 1)
    assert told == (
        f"{tmp_path / 'windows.sqlite'}: database or disk is full."
        " Make room on that disk, or name another store"
    )
    assert int(number) > 0
    assert int(held) == 100 * int(number)


MAKE = """
import os, sys
from pathlib import Path
from netkit.errors import StoreError
from netkit.store.windows.store import open_store
folder = Path(sys.argv[1])
for free in range(0, 700, 20):
    with open(folder / "filler", "wb") as filler:
        filler.write(bytes((700 - free) * 1024))
    try:
        open_store(f"sqlite:///{folder / 'windows.sqlite'}").close()
        told = "made"
    except StoreError as error:
        told = str(error).partition(": ")[2].partition(".")[0]
    (folder / "filler").unlink()
    left = sorted(one.name for one in folder.iterdir())
    if told == "made":
        open_store(f"sqlite:///{folder / 'windows.sqlite'}", reading=True).close()
        (folder / "windows.sqlite").unlink()
    print(told, *left, sep="|")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk; needs root")
def test_a_database_that_a_full_disk_has_no_room_for_is_not_there_at_all(tmp_path):
    """It was linked to its name with what was still in the log of another."""
    script = 'mount -t tmpfs -o size=700k none "$1" && shift && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", tmp_path,
         sys.executable, "-c", MAKE, tmp_path],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = set(done.stdout.splitlines())
    assert "made|windows.sqlite" in found
    assert "database or disk is full" in found
    told = {"database or disk is full", "disk I/O error", "made|windows.sqlite"}
    assert {one.partition(": ")[0] for one in found} <= told | {"No space left on device"}


def test_a_reader_makes_nothing(tmp_path):
    missing = tmp_path / "typo.sqlite"
    with pytest.raises(StoreError, match=r"typo\.sqlite: there is no such file; nothing has been"):
        open_store(f"sqlite:///{missing}", reading=True)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_of_netkit_is_named(tmp_path):
    text = tmp_path / "text"
    text.write_text("no database at all, and long enough to be looked at" * 100)
    with pytest.raises(StoreError, match=r"text: file is not a database\. Name another"):
        open_store(f"sqlite:///{text}")
    other = tmp_path / "other.sqlite"
    foreign = sqlite_engine(other, "rwc")
    with foreign.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE windows (x)")
        connection.commit()
    foreign.dispose()
    with pytest.raises(Exception, match="not a database of netkit"):
        open_store(f"sqlite:///{other}")
    with pytest.raises(StoreError, match=r"below\.sqlite: File exists: .*text\. See that its"):
        open_store(f"sqlite:///{text}/below.sqlite")


def test_a_server_that_is_away_is_named_without_its_password():
    url = "postgresql://netkit:secret@127.0.0.1:1/windows"
    with pytest.raises(StoreError, match=r"netkit:\*\*\*@127\.0\.0\.1:1/windows") as away:
        open_store(url)
    assert "secret" not in str(away.value)
    assert parsed(url).drivername == "postgresql+psycopg"
