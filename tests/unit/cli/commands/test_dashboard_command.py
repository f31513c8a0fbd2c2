"""``netkit dashboard`` as a process: it answers, is read-only, and ends when it is told to."""

import signal
import socket
import urllib.request

from command import netkit
from dashboard_process import dashboard, free_port, minute_of, this_minute

from netkit.store.windows.store import open_store
from netkit.workflows.dashboard import server


def test_it_answers_and_ctrl_c_ends_it(tmp_path):
    url = f"sqlite:///{tmp_path / 'windows.sqlite'}"
    with open_store(url) as store:
        store.add([minute_of(this_minute() - 1)])
    with dashboard(url) as (process, address):
        with urllib.request.urlopen(address) as answer:
            assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
            assert b"netkit dashboard" in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(300) == 0
        assert process.stderr.read() == "netkit: stopped\n"


def test_a_port_that_is_taken_is_one_message(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        done = netkit("dashboard", "--store", f"sqlite:///{tmp_path / 'w'}", "--listen", where)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "Address already in use. Name another with `netkit dashboard --listen`" in done.stderr


def test_a_document_that_cannot_be_shown_is_refused_at_once(tmp_path):
    (tmp_path / "d.json").write_text('{"schema": "netkit/doctor/1"}', encoding="utf-8")
    done = netkit("dashboard", tmp_path / "d.json", "--listen", f"127.0.0.1:{free_port()}")
    assert done.returncode == 3
    assert "no report can be made of this document" in done.stderr


def test_who_dawdles_is_cut_off(monkeypatch):
    monkeypatch.setattr(server, "MOST_SECONDS", 0.0)
    with (
        server.DashboardServer("127.0.0.1", 0, {}, frozenset()) as one,
        socket.create_connection(("127.0.0.1", one.server_port)) as slow,
    ):
        one.handle_request()
        slow.sendall(b"GET / HTTP/1.1\r\n")
        one.service_actions()
        assert slow.recv(100) == b""
