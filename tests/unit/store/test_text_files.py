"""Files are written whole, in their own place, with the mode that the user asked for."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netkit.errors import InputError, Problem, printable
from netkit.store.own_files import is_none
from netkit.store.text_files import require_writable, write_text, write_texts


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("mask", "expected"), [(0o077, 0o600), (0o027, 0o640), (0o022, 0o644)])
def test_modes_follow_the_umask(tmp_path: Path, mask: int, expected: int) -> None:
    with umask(mask):
        write_text(tmp_path / "new", "text")
    assert mode(tmp_path / "new") == expected
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_file_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_text("before")
    path.chmod(0o604)
    with umask(0o077):
        write_text(path, "after")
    assert (path.read_text(), mode(path)) == ("after", 0o604)


@pytest.mark.parametrize("target", ["mine", "missing", "folder"])
def test_no_symbolic_link_is_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(InputError):
        write_text(link, "theirs")
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "missing").exists()
    assert link.is_symlink()


def test_a_link_of_the_kernel_leads_to_what_is_open(tmp_path: Path) -> None:
    """As /dev/stdout does, which may be a file, a pipe or a terminal."""
    read, write = os.pipe()
    write_text(Path(f"/proc/self/fd/{write}"), "text")
    os.close(write)
    with os.fdopen(read) as pipe:
        assert pipe.read() == "text"
    with (tmp_path / "stdout").open("w") as file:
        write_text(Path(f"/proc/self/fd/{file.fileno()}"), "text")
    assert (tmp_path / "stdout").read_text() == "text"


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert [one.name for one in tmp_path.iterdir()] == ["old"]
    assert path.read_text() == "before"


def test_what_would_move_a_cursor_is_shown_as_its_escape() -> None:
    assert printable("µ 乌鲁木齐 a\x1b[2J\n\x9b\ud800") == "µ 乌鲁木齐 a\\x1b[2J\\n\\x9b\\ud800"
    problem = Problem("a\nnetkit: all is well", 3, "no such", "\x1b]0;title\x07")
    shown = printable(str(problem))
    assert shown == "a\\nnetkit: all is well:3: no such: \\x1b]0;title\\x07"


def test_what_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for wrong in (tmp_path, tmp_path / "file" / "below", tmp_path / "link"):
        with pytest.raises(InputError):
            require_writable(wrong, is_none)
    require_writable(tmp_path / "new" / "free", is_none)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_folders_that_were_made_for_a_file_go_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    (tmp_path / "theirs").mkdir()

    def raised(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", raised)
        for folder in ("new/below", "theirs/new"):
            with pytest.raises(type(error)):
                write_text(tmp_path / folder / "file", "text")
    assert list(tmp_path.rglob("*")) == [tmp_path / "theirs"]
    write_text(tmp_path / "new" / "below" / "file", "text")
    assert (tmp_path / "new" / "below" / "file").read_text() == "text"


@pytest.mark.parametrize("name", ["-", "./-"])
def test_a_dash_is_no_name_for_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Elsewhere it means standard output: who writes it wants no file of that name."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"For standard output name /dev/stdout\."):
        require_writable(Path(name), is_none)
    with pytest.raises(InputError, match="cannot write a file"):
        write_text(Path(name), "text")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["/proc/self/cwd", "/dev/../proc/self/cwd"])
def test_what_lies_below_proc_and_dev_is_a_file_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    """As in /dev/shm, where everybody may put a file or a link; not so what is open already."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs").write_text("theirs")
    (tmp_path / "link").symlink_to("theirs")
    for name in ("theirs", "link"):
        with pytest.raises(InputError):
            require_writable(Path(below, name), is_none)
    with pytest.raises(InputError, match="symbolic link"):
        write_text(Path(below, "link"), "mine")
    assert (tmp_path / "theirs").read_text() == "theirs"
    write_text(Path(below, "new"), "mine")
    assert (tmp_path / "new").read_text() == "mine"


def test_a_file_that_was_there_keeps_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command under sudo takes nobody's file away; who may not give it away writes it too."""
    path, given = tmp_path / "old", list[tuple[int, int]]()
    path.write_text("before")

    def fchown(_fd: int, *owner: int) -> None:
        given.append(owner)
        raise PermissionError

    monkeypatch.setattr(os, "fchown", fchown)
    write_text(path, "after")
    assert path.read_text() == "after"
    assert given == [(path.stat().st_uid, path.stat().st_gid)]


def test_of_files_that_belong_together_no_new_one_is_left_alone(tmp_path: Path) -> None:
    service, timer = tmp_path / "a.service", tmp_path / "gone" / "a.timer"
    (tmp_path / "gone").write_text("a file")
    with pytest.raises(InputError):
        write_texts({service: "new", timer: "new"})
    assert not service.exists()
    service.write_text("as before")
    with pytest.raises(InputError):
        write_texts({service: "new", timer: "new"})
    assert service.exists()
