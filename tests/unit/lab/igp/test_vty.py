"""The terminal of a daemon of FRR, against a daemon that this test plays."""

import socket
import threading

import pytest

from netkit.errors import LabError
from netkit.lab.igp.frr.vty import Vty

ANSWERS = {
    b"enable": (b"", 0), b"show json": (b'{"a": 1}\n', 0), b"nonsense": (b"% Unknown\n", 2),
    b"configure terminal": (b"", 0),
}  # fmt: skip
# As mgmtd of FRR 10.3 prints it while another holds the datastore.
LOCKED = b"% command failed, could not lock running DS\n"


@pytest.fixture
def path(tmp_path):
    at = tmp_path / "isisd.vty"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(at))
        door.listen()
        threading.Thread(target=play, args=(door,), daemon=True).start()
        yield at


def play(door):
    caller, _ = door.accept()
    turns = iter([(LOCKED, 1), (LOCKED, 1), (b"", 0)])
    with caller, caller.makefile("rb") as said:
        while command := read_command(said):
            text, result = next(turns) if command == b"interface ge0" else ANSWERS[command]
            for byte in text + b"\0\0\0" + bytes([result]):  # however it is cut into pieces
                caller.sendall(bytes([byte]))


def read_command(said):
    found = bytearray()
    while (byte := said.read(1)) not in (b"\0", b""):
        found += byte
    return bytes(found)


def test_what_it_prints_comes_back(path):
    with Vty(path) as vty:
        assert vty.say("show json") == '{"a": 1}\n'
        assert vty.ask("show json") == {"a": 1}


def test_what_it_does_not_take_is_an_error_with_its_words(path):
    with Vty(path) as vty, pytest.raises(LabError, match="'nonsense': % Unknown"):
        vty.say("nonsense")


def test_no_daemon_is_an_error(tmp_path):
    with pytest.raises(LabError, match=r"zebra\.vty"), Vty(tmp_path / "zebra.vty"):
        pass


def test_a_datastore_that_is_locked_is_waited_for(path):
    with Vty(path) as vty:
        vty.configure(["interface ge0"])
        with pytest.raises(LabError, match="Unknown"):
            vty.configure(["nonsense"])
