"""Rounds of one site never overlap; those that would are counted, also when many come at once."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netkit.errors import ProbeError
from netkit.store.round_lock import lock_of, one_round

COMING = """
import sys
from pathlib import Path
from netkit.errors import ProbeError
from netkit.store.round_lock import one_round
for _ in range(25):
    try:
        with one_round(Path(sys.argv[1]), "x"):
            sys.exit("the lock is not one")
    except ProbeError:
        pass
"""


def test_the_next_round_is_told_how_many_were_skipped(tmp_path: Path) -> None:
    lock = lock_of(tmp_path / "new", "daily", "zw")
    with one_round(lock, "daily at zw") as skipped:
        assert skipped == 0
        for said in ("1 round skipped", "2 rounds skipped"):
            with pytest.raises(ProbeError, match=said), one_round(lock, "daily at zw"):
                pass
    with one_round(lock, "daily at zw") as skipped:
        assert skipped == 2
    with one_round(lock, "daily at zw") as skipped:
        assert skipped == 0


def test_none_is_lost_where_many_come_at_once(tmp_path: Path) -> None:
    lock = lock_of(tmp_path, "daily", "zw")
    with one_round(lock, "x"):
        coming = [subprocess.Popen([sys.executable, "-c", COMING, lock]) for _ in range(4)]
        assert [one.wait() for one in coming] == [0] * 4
    with one_round(lock, "x") as skipped:
        assert skipped == 4 * 25


def test_a_count_that_a_crash_has_cut_short_is_none(tmp_path: Path) -> None:
    lock = lock_of(tmp_path, "daily", "zw")
    lock.parent.mkdir()
    lock.with_suffix(".skipped").write_text("")
    with one_round(lock, "x") as skipped:
        assert skipped == 0


def test_names_are_told_apart_however_long(tmp_path: Path) -> None:
    names = [("a@b", "c"), ("a", "b@c"), ("a/b", "c"), ("x" * 300, "c"), ("x" * 301, "c")]
    locks = {lock_of(tmp_path, *both) for both in names}
    assert len(locks) == len(names)
    assert all(len(lock.name) < 255 and lock.parent == tmp_path / "rounds" for lock in locks)


def test_a_lock_that_cannot_be_had_names_its_folder(tmp_path: Path) -> None:
    (tmp_path / "rounds").write_text("a file")
    lock = lock_of(tmp_path, "c", "a")
    with (
        pytest.raises(ProbeError, match=r"rounds.*NETKIT_STATE names another folder"),
        one_round(lock, "c at a"),
    ):
        pass


def test_a_full_disk_keeps_the_count_and_no_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = lock_of(tmp_path, "c", "a")
    with one_round(lock, "c at a"), pytest.raises(ProbeError), one_round(lock, "c at a"):
        pass

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        with one_round(lock, "c at a") as skipped:
            assert skipped == 1
    with one_round(lock, "c at a") as skipped:
        assert skipped == 1
