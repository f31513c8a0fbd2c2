"""The command line of a guest, Python's packages in it, what is kept between runs."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import pytest

from netkit.errors import InputError, LabError
from netkit.lab.vm import guest
from netkit.lab.vm.cache import cache_folder, kept, key_of
from netkit.lab.vm.job import Job
from netkit.lab.vm.pins import closure, locked
from netkit.lab.vm.qemu import DISK_UNIT_BYTES, Disks, Image, qemu_command
from netkit.lab.vm.suites import suite_of

IMAGE = Image(Path("kernel"), Path("initrd"), Path("root.ext4"))
DISKS = Disks(Path("python"), Path("job"), Path("results"))


def test_time_in_a_guest_is_that_of_its_instructions_and_nothing_else(tmp_path):
    root, *disks = (tmp_path / name for name in ("root.ext4", "python", "job", "results"))
    for number, disk in enumerate((root, *disks), start=1):
        with disk.open("wb") as file:
            file.truncate(number * DISK_UNIT_BYTES)
    image = Image(Path("kernel"), Path("initrd"), root)
    words = qemu_command(image, Disks(*disks), Path("console"), memory_mib=512)
    options = dict(pairwise(words))
    assert options["-icount"] == "shift=0,sleep=off"
    assert options["-smp"] == "1"
    assert options["-accel"] == "tcg,thread=single"
    assert options["-rtc"].endswith("clock=vm")
    # Nothing that answers in the host's time: disks are memory, and only the results come out.
    assert "-drive" not in words
    memory = [words[at + 1].split(",") for at, word in enumerate(words) if word == "-object"]
    assert [one[2] for one in memory] == [f"mem-path={disk}" for disk in (root, *disks)]
    assert [one[3] for one in memory] == [f"size={n * DISK_UNIT_BYTES}" for n in (1, 2, 3, 4)]
    assert [one[-1] for one in memory] == ["share=off"] * 3 + ["share=on"]


REQUIRES = {
    "netkit": ["a>=1", 'b[fast]; extra == "lab"', 'c; extra == "dev"', 'old; python_version<"3"'],
    "a": ["D_e>1"],
    "b": ['f; extra == "fast"', 'g; extra == "slow"'],
    "d-e": ["a"],
    "f": [],
    "g": [],
    "c": [],
}


def test_a_guest_gets_what_this_netkit_needs_and_no_more():
    assert closure("netkit", {"lab"}, REQUIRES.get) == {"a", "b", "d-e", "f"}


def test_the_lock_says_which_files_those_are():
    lock = (
        "# made\na==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n"
        "D.e==2 \\\n    --hash=sha256:3\n"
    )
    assert locked(lock, {"a", "d-e", "carried-inside"}) == [
        "a==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2",
        "D.e==2 \\\n    --hash=sha256:3",
    ]


def test_what_a_run_that_was_killed_left_half_made_is_cleared(tmp_path):
    left = tmp_path / "trixie-1.part-abc"
    left.mkdir()
    (left / "tree").write_text("half")
    other = tmp_path / "bookworm-1.part-abc"
    other.mkdir()
    kept(tmp_path / "trixie-1", lambda part: (part / "disk").touch())
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "bookworm-1.part-abc", "trixie-1", "trixie-1.lock",
    ]  # fmt: skip


def test_what_was_made_is_kept_under_what_it_was_made_of(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = cache_folder() / key_of("trixie", "python3")
    assert key_of("trixie", "python3") != key_of("trixie", "python", "3")
    made = []

    def make(part):
        made.append(part)
        (part / "disk").write_text("x")

    def fail(part):
        (part / "half").write_text("x")
        raise LabError("no room")

    with pytest.raises(LabError):
        kept(folder, fail)
    assert [place.name for place in folder.parent.iterdir()] == [f"{folder.name}.lock"]
    assert (kept(folder, make), kept(folder, fail)) == (folder, folder)
    assert len(made) == 1
    assert (folder / "disk").read_text() == "x"


def test_without_qemu_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(guest.shutil, "which", lambda _: None)
    with pytest.raises(LabError, match="apt-get install qemu-system-x86"):
        guest.run_job(Job("true"), IMAGE, DISKS.python, tmp_path, said=lambda *_: None)
    with pytest.raises(InputError, match="trixie, bookworm"):
        suite_of("sid")


@pytest.fixture
def pretend(monkeypatch, tmp_path):
    """Instead of QEMU, a program that says a line and does what a test wants."""

    def instead(text):
        monkeypatch.setattr(guest, "require_qemu", lambda: None)
        command = [sys.executable, "-u", "-c", f"print('\\x1b[1mhere\\r'); {text}"]
        monkeypatch.setattr(guest, "qemu_command", lambda *_, **__: command)

    return instead


def test_a_guest_that_takes_too_long_is_ended(pretend, tmp_path):
    pretend("import time; time.sleep(600)")
    heard = []
    with pytest.raises(LabError, match="its time limit"):
        guest.run_job(
            Job("true"), IMAGE, DISKS.python, tmp_path / "out", limit_s=3,
            said=lambda line, _: heard.append(line),
        )  # fmt: skip
    assert heard[0] == "here"
    assert (tmp_path / "out" / "log").read_text() == "here\n"


def test_what_qemu_complains_of_is_passed_on(pretend, tmp_path):
    pretend("print('no such processor'); raise SystemExit(1)")
    with pytest.raises(LabError, match=r"exit status 1\): here no such processor"):
        guest.run_job(Job("true"), IMAGE, DISKS.python, tmp_path / "out", said=lambda *_: None)


def test_a_comma_in_a_name_ends_no_value_of_qemu(tmp_path):
    place = tmp_path / "a,b"
    place.mkdir()
    disks = [place / name for name in ("root", "python", "job", "results")]
    for disk in disks:
        disk.write_bytes(b"x")
    image = Image(Path("kernel"), Path("initrd"), disks[0])
    words = qemu_command(image, Disks(*disks[1:]), Path("console"), memory_mib=512)
    assert f"mem-path={tmp_path}/a,,b/root,size=1" in " ".join(words)
