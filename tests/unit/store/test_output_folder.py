"""A folder of results: whole or not at all, and nothing of anyone else's in it is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from interrupted_moves import interrupted_at_moves

from netkit.errors import InputError
from netkit.store import output_folder as store
from netkit.store.manifest import MANIFEST
from netkit.store.output_folder import output_folder


def put(folder: Path, **files: str) -> None:
    with output_folder(folder) as made:
        for name, text in files.items():
            made.write(name, text)


def held(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_a_run_replaces_the_last_and_leaves_what_others_put_there(tmp_path: Path) -> None:
    (tmp_path / "firewall.nft").write_text("theirs")
    put(tmp_path, a="1", b="2")
    put(tmp_path, b="3", c="4")
    assert held(tmp_path) == {"firewall.nft": "theirs", "b": "3", "c": "4"}


def interrupted(folder: Path) -> None:
    with output_folder(folder) as made:
        made.write("a", "half")
        raise KeyboardInterrupt


@pytest.mark.parametrize("before", ["file", "link", "folder", "edited"])
def test_what_is_not_its_own_is_refused_and_kept(tmp_path: Path, before: str) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.write_text("theirs")
    if before == "edited":
        put(out, a="1")
        (out / "a").write_text("theirs")
    elif before == "link":
        (out / "a").symlink_to(other)
    elif before == "folder":
        (out / "a").mkdir()
    else:
        (out / "a").write_text("theirs")
    was = held(out)
    with pytest.raises(InputError, match=r"out/a: will not be overwritten"):
        put(out, z="0", a="2")
    assert held(out) == was
    assert other.read_text() == "theirs"


def test_what_was_edited_is_not_taken_away_either(tmp_path: Path) -> None:
    put(tmp_path, a="1", b="2")
    (tmp_path / "a").write_text("edited")
    put(tmp_path, b="3")
    assert held(tmp_path) == {"a": "edited", "b": "3"}


def test_a_run_that_fails_leaves_the_last_result_whole(tmp_path: Path) -> None:
    put(tmp_path, a="1", b="2")
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path)
    assert held(tmp_path) == {"a": "1", "b": "2"}


def test_two_runs_exclude_each_other_with_one_message(tmp_path: Path) -> None:
    with output_folder(tmp_path), pytest.raises(InputError, match="another run") as caught:
        put(tmp_path, a="1")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["../a", "/a", "", ".netkit-next/a"])
def test_names_stay_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError), output_folder(tmp_path / "out") as made:
        made.write(name, "x")


KILLED = """
import os, signal, sys
from pathlib import Path
from netkit.store import output_folder as room
step, folder = int(sys.argv[1]), Path(sys.argv[2])
seen = 0
def counted(event, arguments):
    global seen
    if event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "open", "shutil.rmtree"):
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
with room.output_folder(folder) as made:
    sys.addaudithook(counted)
    for name in "bcde":
        made.write(name, "new")
"""


@pytest.mark.parametrize("step", range(1, 40, 3))
def test_killed_anywhere_it_is_the_old_result_or_the_new(tmp_path: Path, step: int) -> None:
    (tmp_path / "theirs").write_text("theirs")
    put(tmp_path, a="old", b="old", c="old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(step), str(tmp_path)], check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    with pytest.raises(InputError), output_folder(tmp_path):  # entering finishes what was ready
        raise InputError([])
    old = {"a": "old", "b": "old", "c": "old", "theirs": "theirs"}
    new = dict.fromkeys("bcde", "new") | {"theirs": "theirs"}
    assert held(tmp_path) in (old, new)
    assert not (tmp_path / ".netkit-next").exists()


def test_modes_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        put(tmp_path, a="1")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_what_is_not_whole_goes_beside_the_last_result_that_is(tmp_path: Path) -> None:
    def broken_off(text: str) -> Path:
        with output_folder(tmp_path) as made:
            made.write("a", text)
            return made.keep_last()

    assert broken_off("first") == tmp_path  # nothing better is there
    put(tmp_path, a="whole", b="1")
    assert broken_off("half") == tmp_path / "incomplete"
    assert held(tmp_path) == {"a": "whole", "b": "1", "incomplete/a": "half"}
    put(tmp_path, a="whole again")
    assert held(tmp_path) == {"a": "whole again"}


def test_what_came_after_a_run_that_was_killed_is_kept(tmp_path: Path) -> None:
    with output_folder(tmp_path) as made:
        made.write("a", "new")
    (tmp_path / "a").unlink()
    staging = tmp_path / ".netkit-next"
    staging.mkdir()
    (staging / "a").write_text("newer")
    (staging / "ready").write_text((tmp_path / MANIFEST).read_text())
    (tmp_path / "a").write_text("theirs")
    with pytest.raises(InputError, match="will not be overwritten"):
        put(tmp_path, b="2")
    assert (tmp_path / "a").read_text() == "theirs"


@pytest.mark.parametrize("way", ["file", "link"])
def test_what_is_no_folder_of_it_is_told_before_anything_moves(tmp_path: Path, way: str) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    other.mkdir()
    put(out, a="1")
    if way == "link":
        (out / "configs").symlink_to(other)
    else:
        (out / "configs").write_text("theirs")
    with pytest.raises(InputError, match="no folder of this one"), output_folder(out) as made:
        made.write("configs/b", "2")
    assert (out / "a").read_text() == "1"
    assert not list(other.iterdir())


@pytest.mark.parametrize("name", [MANIFEST, ".netkit-next/ready"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "link"])
def test_what_stands_where_its_own_lists_are_is_told_first_and_left(
    tmp_path: Path, name: str, kind: str
) -> None:
    """Reading a pipe would wait for ever; a folder there would keep the results of each run from
    being finished."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("theirs")
    folder = tmp_path / "out"
    place = folder / name
    place.parent.mkdir(parents=True)
    if kind == "link":
        place.symlink_to(elsewhere)
    else:
        (os.mkfifo if kind == "pipe" else os.mkdir)(place)
    with pytest.raises(InputError) as refused, output_folder(folder) as made:
        made.write("a", "1")
    assert str(place) in str(refused.value)
    assert os.path.lexists(place)
    assert not (folder / "a").exists()
    assert elsewhere.read_text() == "theirs"


def test_results_of_another_kind_are_not_taken_away(tmp_path: Path) -> None:
    put(tmp_path, a="1")
    with pytest.raises(InputError, match="holds results"), output_folder(tmp_path, kind="others"):
        pass
    assert held(tmp_path) == {"a": "1"}


def test_the_manifest_is_read_as_often_for_many_files_as_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was read for each file: thousands of them took a time that grew with their square."""
    read, counts = store.listed_files, list[int]()

    def counted(folder: Path) -> Mapping[str, str]:
        counts[-1] += 1
        return read(folder)

    monkeypatch.setattr(store, "listed_files", counted)
    for names in (["a"], ["a", *map(str, range(50))], ["a", *map(str, range(50))]):
        counts.append(0)
        with store.output_folder(tmp_path, names) as made:
            for name in names:
                made.write(name, name)
    assert len(set(counts)) == 1


def test_what_was_moved_away_behind_a_link_is_not_taken_away(tmp_path: Path) -> None:
    out, kept = tmp_path / "out", tmp_path / "kept"
    put(out, **{"configs/a": "1", "b": "2"})
    (out / "configs").rename(kept)
    (out / "configs").symlink_to(kept)
    put(out, b="3")
    assert (kept / "a").read_text() == "1"


def test_what_a_link_in_the_place_of_the_staging_leads_to_is_not_taken_for_it(
    tmp_path: Path,
) -> None:
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    put(theirs, a="1")
    (theirs / "ready").write_text((theirs / MANIFEST).read_text())
    out.mkdir()
    (out / ".netkit-next").symlink_to(theirs)
    with pytest.raises(OSError, match="exists"):
        put(out, b="2")
    assert (theirs / "a").read_text() == "1"
    assert not (out / "a").exists()


def test_ctrl_c_among_the_moves_comes_after_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A router's two files of different runs would be applied together."""
    put(tmp_path, a="1", b="1", old="1")
    with monkeypatch.context() as patch:
        interrupted_at_moves(patch, lambda to: to.parent == tmp_path)
        with pytest.raises(KeyboardInterrupt):
            put(tmp_path, a="2", b="2", c="2")
    assert held(tmp_path) == {"a": "2", "b": "2", "c": "2"}
    assert sorted(one.name for one in tmp_path.iterdir()) == [MANIFEST, "a", "b", "c"]


def test_ctrl_c_while_the_moves_of_a_killed_run_are_made_up_for_comes_after_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = tmp_path / "killed"
    put(killed, a="2", b="2")
    put(tmp_path, a="1", b="1")
    (killed / MANIFEST).rename(killed / "ready")
    killed.rename(tmp_path / ".netkit-next")
    with monkeypatch.context() as patch:
        interrupted_at_moves(patch, lambda to: to.parent == tmp_path)
        with pytest.raises(KeyboardInterrupt), output_folder(tmp_path):
            pytest.fail("the interrupt was lost")
    assert held(tmp_path) == {"a": "2", "b": "2"}


def test_names_that_a_disk_does_not_tell_apart_are_told(tmp_path: Path) -> None:
    """On disks that know no case ``PE1.ip`` is there once ``pe1.ip`` has been written."""
    staging = tmp_path / ".netkit-next"
    with output_folder(tmp_path) as made:
        made.write("pe1.ip", "1")
        (staging / "PE1.ip").hardlink_to(staging / "pe1.ip")
        made.write("pe1.ip", "again, by the same name")
        with pytest.raises(InputError, match="does not tell such names apart"):
            made.write("PE1.ip", "2")
        (staging / "PE1.ip").unlink()
    assert held(tmp_path) == {"pe1.ip": "again, by the same name"}


def test_a_folder_that_was_made_for_nothing_is_taken_away(tmp_path: Path) -> None:
    """As by a full disk, what was refused, or Ctrl-C: an empty folder looked like a result."""
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "new" / "out")
    with pytest.raises(InputError), output_folder(tmp_path / "new" / "out"):
        raise InputError([])
    assert not list(tmp_path.iterdir())


def test_a_folder_that_was_there_stays_though_nothing_comes_into_it(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "out")
    with output_folder(tmp_path / "new"):
        (tmp_path / "new" / "theirs").write_text("theirs")
        with pytest.raises(InputError, match="another run"):
            interrupted(tmp_path / "new")
    assert [one.name for one in sorted(tmp_path.rglob("*"))] == ["new", MANIFEST, "theirs", "out"]


def test_who_waits_for_a_folder_that_is_taken_away_makes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was opened before a run that failed took it away, and locked after."""
    folder, lock, gone = tmp_path / "out", store._lock, list[Path]()

    def late(handle: int, place: Path) -> None:
        if not gone:
            gone.append(place)
            place.rmdir()
        lock(handle, place)

    monkeypatch.setattr(store, "_lock", late)
    put(folder, a="1")
    assert (gone, held(folder)) == ([folder], {"a": "1"})
