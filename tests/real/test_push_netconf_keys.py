"""Who a router is and who comes to it: what is refused, what is said, and what is never said."""

import re
import socket
import subprocess
import sys
import threading
from ipaddress import IPv6Address
from pathlib import Path

import pytest
from command import netkit
from ssh_netconf import ssh_server

from netkit.emit.targets import dialect
from netkit.model.router_state import RouterState, StampReflector

CANARY = "c4n4ry-of-a-secret"
SLEEP = ["sleep", "60"]
NETKIT = str(Path(sys.executable).with_name("netkit"))


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    ietf = dialect("ietf")
    reflector = StampReflector(IPv6Address("5f00::1"), 862, (IPv6Address("5f00::2"),))
    own = RouterState("a", reflectors=(reflector,))
    (tmp_path / "a.xml").write_text(ietf.render(ietf.carried(own))[".xml"])
    return tmp_path / "state"


def push(folder, port, *words, who="root"):
    return netkit(
        "push", folder / "a.xml", "--netconf", f"{who}@127.0.0.1:{port}", "--key-file",
        folder / "user", "--ssh-config", folder / "ssh_config", "--timeout", "20s", *words,
    )  # fmt: skip


def known(folder, port, *words):
    """What is known of the router: nothing, or the kind and the base64 of a key."""
    line = f"[127.0.0.1]:{port} {' '.join(words)}\n" if words else ""
    (folder / "known_hosts").write_text(line)


def new_key(folder, kind, passphrase=""):
    """A key of ssh-keygen, in a file of its own."""
    path = folder / f"new-{kind}"
    words = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", path]
    subprocess.run(words, check=True)
    return path


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (None, r"is not known: ecdsa-sha2-nistp256 SHA256:.*ssh-keyscan -p {port} 127\.0\.0\.1"),
        ("ecdsa", "is another than the known_hosts file has: ecdsa-.*ssh-keygen -R '.127.0.0.1.:"),
        ("ed25519", "ssh-ed25519 is known, and the router has none of that kind"),
    ],
    ids=["unknown", "another", "of another kind"],
)
def test_a_router_that_is_not_who_it_was_is_told_and_sent_nothing(tmp_path, state, kind, said):
    asked = []
    with ssh_server(tmp_path, "root", SLEEP, asked=asked) as port:
        key = (
            () if kind is None else new_key(tmp_path, kind).with_suffix(".pub").read_text().split()
        )
        known(tmp_path, port, *key[:2])
        done = push(tmp_path, port)
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert re.search(said.replace("{port}", str(port)), line)
    assert "Nothing was sent" in line
    assert asked == []
    assert not state.exists()


def test_the_fingerprint_is_that_of_ssh_keygen(tmp_path):
    with ssh_server(tmp_path, "root", SLEEP) as port:
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", tmp_path / "known_hosts"], capture_output=True, text=True
        )
        known(tmp_path, port)
        done = push(tmp_path, port)
    assert shown.stdout.split()[1] in done.stderr


@pytest.mark.parametrize("greets", [False, True])
def test_a_server_that_says_nothing_ends_in_time(tmp_path, greets):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        held = []

        def accept():
            held.append(listening.accept()[0])
            if greets:
                held[0].sendall(b"SSH-2.0-silent\r\n")

        threading.Thread(target=accept, daemon=True).start()
        (tmp_path / "ssh_config").write_text("Host *\n  UserKnownHostsFile /dev/null\n")
        done = push(tmp_path, port, "--timeout", "1s")
        for one in held:
            one.close()
    assert (done.returncode, done.stdout) == (3, "")
    assert f"no NETCONF session with 127.0.0.1 port {port}: no hello within 1 s" in done.stderr


def test_a_session_that_never_says_hello_ends_in_time(tmp_path):
    with ssh_server(tmp_path, "root", SLEEP) as port:
        done = push(tmp_path, port, "--timeout", "2s")
    assert done.returncode == 3
    assert "no hello within 2 s" in done.stderr


@pytest.mark.parametrize("how", ["in the login", "no key", "passphrase", "stranger"])
@pytest.mark.parametrize("words", [(), ("-v",), ("--json",), ("--dry-run", "-v", "--json")])
def test_a_password_a_passphrase_and_a_key_are_nowhere_said(tmp_path, state, how, words):
    asked = []
    with ssh_server(tmp_path, "root", SLEEP, asked=asked) as port:
        key, who = tmp_path / "user", "root"
        secrets = [CANARY, *key.read_text().splitlines()[1:-1]]
        if how == "in the login":
            who = f"root:{CANARY}"
        elif how == "no key":
            key.write_text(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY}\n")
        elif how == "passphrase":
            new_key(tmp_path, "ed25519", CANARY).replace(key)
            secrets += key.read_text().splitlines()[1:-1]
        else:
            who = "guest"
        command = [
            NETKIT, "push", str(tmp_path / "a.xml"), "--netconf",
            f"{who}@127.0.0.1:{port}", "--key-file", str(key), "--ssh-config",
            str(tmp_path / "ssh_config"), "--timeout", "20s", *words,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    said = done.stdout + done.stderr + str(asked)
    said += "".join(one.read_text() for one in state.rglob("*") if one.is_file())
    assert [one for one in secrets if one in said] == []
