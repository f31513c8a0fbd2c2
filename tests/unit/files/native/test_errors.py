"""Every message that a wrong topology file gets, beside the file that gets it."""

import errno
import os
from pathlib import Path

import pytest
from goldens import GOLDEN, check_golden

from netkit.errors import InputError
from netkit.files.native.topology import load_topology

FOLDER = GOLDEN / "errors"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_messages(name, monkeypatch):
    monkeypatch.chdir(FOLDER)
    with pytest.raises(InputError) as caught:
        load_topology(name)
    text = str(caught.value)
    assert all(line.startswith(f"{name}") for line in text.splitlines())
    assert text.isprintable() or all(line.isprintable() for line in text.splitlines())
    check_golden(f"errors/{Path(name).stem}.txt", text + "\n")


@pytest.mark.parametrize("odd", ["\\u2028", "\\u2029", "\\x85", "\\e[2J", "\\0"])
@pytest.mark.parametrize("key", ["place", "hub", "label"])
def test_a_line_has_no_other_within_it(tmp_path, key, odd):
    path = tmp_path / "net.yaml"
    path.write_text(
        "netkit: topology/1\nname: net\nnodes:\n"
        f'  - {{name: a, role: core, {key}: "one{odd}two"}}\nlinks: []\n'
    )
    with pytest.raises(InputError, match=f"{key}: .*expected one line of 1 to 80 characters"):
        load_topology(path)


def test_a_file_that_is_not_there(tmp_path):
    assert_one_message(tmp_path / "none.yaml", "cannot read the file: No such file or directory")


def test_a_directory(tmp_path):
    assert_one_message(tmp_path, "cannot read the file: Is a directory")


def test_the_name_that_was_meant(tmp_path):
    meant = tmp_path / "lab-region.yaml"
    meant.touch()
    said = f"cannot read the file: No such file or directory. Did you mean {meant}?"
    assert_one_message(tmp_path / "lab-regoin.yaml", said)


def test_a_name_with_a_nul():
    assert_one_message("a\0b", "cannot read the file: embedded null byte")


def test_a_file_one_may_not_read(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", refuse)
    assert_one_message(tmp_path / "secret.yaml", "cannot read the file: Permission denied")


def test_a_file_in_another_encoding(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes("netkit: topology/1\nname: 北京\n".encode("gbk"))
    said = (
        "the text is not valid UTF-8: byte 0xb1; expected UTF-8 text. A first line `# coding: gbk` "
        "says otherwise; so do byte order marks and XML declarations"
    )
    assert_one_message(path, said, line=2)


def test_a_file_with_control_characters(tmp_path):
    path = tmp_path / "bell.yaml"
    path.write_bytes(b"netkit: topology/1\nname: a\x07b\n")
    assert_one_message(path, "unprintable character: U+0007", line=2)


def test_a_file_too_large():
    assert_one_message("/dev/zero", "the file is too large; expected at most 16777216 bytes")


def assert_one_message(path, message, line=None):
    with pytest.raises(InputError) as caught:
        load_topology(path)
    place = os.fspath(path) if line is None else f"{os.fspath(path)}:{line}"
    assert str(caught.value) == f"{place}: {message}"


def test_a_router_with_more_adjacencies_than_sids(tmp_path):
    count = 4096
    links = "".join(f"  - {{a: a, b: b, delay_us: {n}}}\n" for n in range(count))
    path = tmp_path / "many.yaml"
    path.write_text(
        "netkit: topology/1\nname: many\n"
        f"nodes: [{{name: a, role: core}}, {{name: b, role: core}}]\nlinks:\n{links}"
    )
    with pytest.raises(
        InputError, match="node a: too many adjacencies: 4096; expected at most 4095"
    ):
        load_topology(path)


def test_more_problems_than_anyone_reads_are_counted(tmp_path):
    nodes = "".join(f"  - {{name: n{n}, role: core}}\n" for n in range(3))
    links = "".join(f"  - {{a: n0, b: m{n}, delay_us: 1}}\n" for n in range(500))
    path = tmp_path / "many.yaml"
    path.write_text(f"netkit: topology/1\nname: many\nnodes:\n{nodes}links:\n{links}")
    with pytest.raises(InputError) as caught:
        load_topology(path)
    assert (len(caught.value.problems), caught.value.more) == (200, 300)
    assert str(caught.value).splitlines()[-1] == "and 300 more"


FLOODS = {
    "links": "nodes: [{name: a, role: core}]\nlinks:\n" + "  - {a: a, b: x, delay_us: 1}\n" * 9000,
    "names": "nodes:\n" + "  - {name: -, rolle: core}\n" * 9000,
    "nodes": "nodes:\n" + "  - {name: a, role: core}\n" * 70_000,
    "values": "nodes: [" + "1," * 700_000 + "1]\n",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", FLOODS)
def test_floods_are_refused_with_few_words(kind, tmp_path):
    path = tmp_path / "flood.yaml"
    path.write_text(f"netkit: topology/1\nname: flood\n{FLOODS[kind]}")
    with pytest.raises(InputError) as caught:
        load_topology(path)
    assert len(str(caught.value)) < 50_000
