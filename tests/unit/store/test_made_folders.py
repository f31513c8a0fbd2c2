"""Folders that are made for a result while another run takes away those that it had made."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import URL

from netkit.model.measurement.sample import Outcome, Sample
from netkit.store.made_folders import in_folder, make_folders
from netkit.store.own_files import is_none
from netkit.store.parquet import write_rows, write_samples
from netkit.store.text_files import require_writable, write_text
from netkit.store.windows.opening import opened


def taken_once(monkeypatch: pytest.MonkeyPatch, call: str, folder: Path) -> list[Path]:
    """Another run takes ``folder`` away just before the first ``call`` of a path below it."""
    act, taken = getattr(Path, call), list[Path]()

    def late(path: Path, *given: object, **named: object) -> object:
        if not taken and path.parent == folder and folder.is_dir():
            taken.append(path)
            folder.rmdir()
        return act(path, *given, **named)

    monkeypatch.setattr(Path, call, late)
    return taken


def test_a_folder_above_that_is_taken_away_is_made_again(tmp_path, monkeypatch):
    """The other run had made it, and failed; this one ended with "No such file or directory"."""
    (tmp_path / "new").mkdir()
    taken = taken_once(monkeypatch, "mkdir", tmp_path / "new")
    made = make_folders(tmp_path / "new" / "below")
    assert taken == [tmp_path / "new" / "below"]
    assert made == (tmp_path / "new", tmp_path / "new" / "below")


@pytest.mark.parametrize("folder", ["new", "new/below"])
def test_a_file_comes_into_a_folder_that_is_taken_away_under_it(tmp_path, monkeypatch, folder):
    """Several commands that are started at once try the same new folder: each tries whether it can
    write there, and takes the folder away again."""
    place = tmp_path / folder
    acts = partial(require_writable, place / "a", is_none), partial(write_text, place / "a", "")
    for act in acts:
        place.mkdir(parents=True)
        with monkeypatch.context() as patch:
            taken = taken_once(patch, "with_name", place)
            act()
        assert taken == [place / "a"]
    assert (place / "a").read_text() == ""


@pytest.mark.parametrize(
    "make",
    [
        lambda place: write_rows(place / "a", [{"a": 1}]),
        lambda place: opened(URL.create("sqlite", database=str(place / "a"))).dispose(),
        lambda place: write_samples(place.parents[1], "a", [("a", "b", Sample(0, Outcome.LOST))]),
    ],
    ids=["rows", "database", "samples"],
)
def test_tables_come_into_a_folder_that_is_taken_away_under_them(tmp_path, monkeypatch, make):
    place = tmp_path / "day=unknown" / "site=a"
    place.mkdir(parents=True)
    taken = taken_once(monkeypatch, "with_name", place)
    make(place)
    assert len(taken) == 1
    assert len(list(place.iterdir())) == 1


def test_what_is_missing_itself_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="none"):
        in_folder(tmp_path / "new", lambda: (tmp_path / "none").read_text())
    with pytest.raises(FileNotFoundError):
        make_folders(Path("/proc/none/new"))
    (tmp_path / "file").write_text("theirs")
    with pytest.raises(FileExistsError):
        make_folders(tmp_path / "file")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
