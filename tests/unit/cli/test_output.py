"""Where results go that cannot be written: what is said, and what must not be replaced."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

METRO = str(ROOT / "topologies" / "lab-metro.yaml")
FULL = Path("/dev/full")
no_space = pytest.mark.skipif(not FULL.is_char_device(), reason="there is no /dev/full here")


def process(*words: str, stdout: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("netkit")), *words]
    with (stdout or Path("/dev/null")).open("w") as file:
        return subprocess.run(command, stdout=file, stderr=subprocess.PIPE, text=True, check=False)


@no_space
@pytest.mark.parametrize("words", [("topo", "check"), ("topo", "show"), ("plan", "--json")])
def test_a_full_disk_behind_stdout(words: tuple[str, ...]) -> None:
    done = process(*words, METRO, stdout=FULL)
    assert (done.returncode, done.stderr) == (3, "netkit: No space left on device\n")


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("plan", METRO), 0, ""),
        (("explain", METRO, "xidan", "haidian", "--bound", "1us"), 2, "no list that keeps"),
        (("plan", METRO, "--pairs", "all", "--all"), 0, ""),
        (("place", METRO), 0, ""),
    ],
)
def test_who_reads_the_first_line_alone_takes_no_exit_code_away(
    words: tuple[str, ...], code: int, why: str
) -> None:
    """Tables are printed bit by bit; the pipe is closed before the first of them."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        command = [str(Path(sys.executable).with_name("netkit")), *words]
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == code
    assert why in done.stderr
    assert bool(why) == bool(done.stderr)


@no_space
@pytest.mark.parametrize("command", ["plan", "emit"])
def test_what_was_done_is_on_record_whoever_reads_of_it(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path))
    done = process(command, METRO, "-o", str(tmp_path / "out"), stdout=FULL)
    assert done.returncode == 3
    (line,) = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert f'"action":"{command}"' in line


@no_space
def test_a_device_is_written_to_and_stays_a_device() -> None:
    done = process("plan", METRO, "-o", str(FULL))
    assert (done.returncode, done.stderr) == (3, "netkit: /dev/full: No space left on device\n")
    assert FULL.is_char_device()


def test_what_a_link_leads_to_is_not_written(tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "plan.json"
    link.symlink_to("plan.json")
    for before in (None, "mine"):
        if before is not None:
            target.write_text(before)
        done = netkit("plan", METRO, "-o", link)
        assert done.returncode == 3
        assert "cannot write through a symbolic link" in done.stderr
        assert link.is_symlink()
        assert (target.read_text() if target.exists() else None) == before


def test_missing_folders_are_made_but_files_are_no_folders(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "plan.json"
    assert netkit("plan", METRO, "-o", file).returncode == 0
    done = netkit("plan", METRO, "-o", file / "more.json")
    assert done.returncode == 3
    assert "expected a folder above it, not a file" in done.stderr


@pytest.mark.parametrize("place", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("piped", [True, False])
def test_the_standard_output_is_a_file_that_can_be_named(
    place: str, piped: bool, tmp_path: Path
) -> None:
    """Its descriptor is what compiled code writes to stderr: documents had gone there as well."""
    command = [str(Path(sys.executable).with_name("netkit")), "plan", METRO, "-o", place]
    out = tmp_path / "out"
    with out.open("w") as file:
        to = subprocess.PIPE if piped else file
        done = subprocess.run(command, stdout=to, stderr=subprocess.PIPE, text=True, check=False)
    told = done.stdout if piped else out.read_text(encoding="utf-8")
    document, _ = json.JSONDecoder().raw_decode(told)
    assert document["schema"] == "netkit/plan/1"
    assert "pairs: " in told[len(json.dumps(document)) :], "what people read follows it"
    assert "schema" not in done.stderr


def test_samples_go_to_the_standard_output_and_not_behind_what_stderr_holds(
    tmp_path: Path,
) -> None:
    held, results = tmp_path / "log", tmp_path / "results"
    held.write_text("what somebody logs")
    with results.open("w") as out, held.open("a") as log:
        program = (
            "import os, sys; from pathlib import Path;"
            "from netkit.store.samples_csv import SampleFile, can_append;"
            "out = os.dup(1); os.dup2(2, 1); sys.stdout = os.fdopen(out, 'w');"
            "assert can_append(Path('/dev/stdout'));"
            "SampleFile(Path('/dev/stdout'), append=True).__enter__().__exit__(None, None, None)"
        )
        subprocess.run([sys.executable, "-c", program], stdout=out, stderr=log, check=True)
    assert held.read_text() == "what somebody logs"
    assert results.read_text().startswith("src,dst")
