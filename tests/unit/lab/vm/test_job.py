"""Jobs into a guest and results out of it, without a guest."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from netkit.errors import LabError
from netkit.lab.vm.job import Job, pack, unpack
from netkit.lab.vm.qemu import DISK_UNIT_BYTES


def results(disk, files):
    with tarfile.open(disk, "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with disk.open("ab") as file:
        file.write(bytes(1 << 16))
    return disk


def test_a_job_is_its_files_and_always_the_same_bytes(tmp_path):
    tree = tmp_path / "tree"
    (tree / "__pycache__").mkdir(parents=True)
    (tree / "__pycache__" / "left.pyc").write_text("x")
    (tree / "one.py").write_text("1")
    job = Job("true", {"source/netkit": tree, "files/a.yaml": tree / "one.py"}, {"bin/x": "exit 3"})
    pack(job, tmp_path / "first")
    (tree / "one.py").touch()
    pack(job, tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert (tmp_path / "first").stat().st_size % DISK_UNIT_BYTES == 0
    with tarfile.open(tmp_path / "first") as archive:
        names = archive.getnames()
        script = archive.extractfile("script").read()
    assert names == ["guest-init", "script", "bin/x", "files/a.yaml", "source/netkit/one.py"]
    assert script == b"true"


def test_results_come_out_with_the_status_of_the_job(tmp_path):
    files = {"status": b"2\n", "out/report.html": b"<p>", "out/run/samples.csv": b"a,b"}
    assert unpack(results(tmp_path / "disk", files), tmp_path / "out") == 2
    assert (tmp_path / "out" / "run" / "samples.csv").read_bytes() == b"a,b"


@pytest.mark.parametrize(
    "files",
    [{}, {"out/x": b""}, {"status": b""}, {"status": b"0", "out/../../etc/x": b"no"}],
    ids=["nothing", "no status", "empty status", "a file outside"],
)
def test_a_guest_that_ended_early_has_no_results(tmp_path, files):
    with pytest.raises(LabError, match="ended without results"):
        unpack(results(tmp_path / "disk", files), tmp_path / "out")
    assert not Path(tmp_path, "etc").exists()


def test_a_disk_that_was_never_written_has_no_results(tmp_path):
    (tmp_path / "disk").write_bytes(bytes(1 << 16))
    with pytest.raises(LabError, match="ended without results"):
        unpack(tmp_path / "disk", tmp_path / "out")
