"""Each way to tell an alarm, to listeners of our own on loopback."""

from __future__ import annotations

import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from netkit.model.monitoring.rules import Channel, Target
from netkit.model.units import NS_PER_S
from netkit.workflows.monitoring.channels import apprise, command, syslog, webhook

LINK = {"links": [{"link": "b~c", "from": "b"}, {"link": "c~d", "from": "c"}], "posterior": 0.9}
EVENT = json.dumps({
    "event": "f00d-raised", "move": "raised", "at": "2026-11-29T00:05:00Z", "rule": "slow",
    "src": "a", "dst": "b", "flow": "ma\nin", "way": "forward", "since": "2026-11-29T00:01:00Z",
    "evidence": {"likely_links": [LINK]},
})  # fmt: skip


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((self.path, self.headers["Idempotency-Key"], body))
            self.send_response(
                302 if self.path == "/moved" else 503 if self.path == "/busy" else 204
            )
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    listening.got = []
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield listening
    listening.shutdown()
    thread.join()
    listening.server_close()


def target(channel: Channel, *to: str, timeout_s: float = 5) -> Target:
    return Target("one", channel, to, None, int(timeout_s * NS_PER_S))


def test_a_webhook_gets_the_document_and_the_id(server) -> None:
    url = f"http://127.0.0.1:{server.server_port}/hook?x=1"
    assert webhook.post(target(Channel.WEBHOOK, url), "f00d-raised", EVENT) is None
    assert server.got == [("/hook?x=1", "f00d-raised", EVENT.encode())]


def test_a_path_in_chinese_is_sent_as_the_standard_has_it(server) -> None:
    url = f"http://127.0.0.1:{server.server_port}/报警?站=a%20b"
    assert webhook.post(target(Channel.WEBHOOK, url), "f00d-raised", EVENT) is None
    assert server.got[0][0] == "/%E6%8A%A5%E8%AD%A6?%E7%AB%99=a%20b"


@pytest.mark.parametrize(("path", "code"), [("/busy", "HTTP 503"), ("/moved", "HTTP 302")])
def test_a_webhook_that_does_not_take_it_says_why(server, path: str, code: str) -> None:
    url = f"http://127.0.0.1:{server.server_port}{path}"
    assert code in webhook.post(target(Channel.WEBHOOK, url), "f00d", EVENT)
    assert len(server.got) == 1


def test_a_webhook_that_nobody_serves_says_why(server) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert "refused" in webhook.post(target(Channel.WEBHOOK, url), "f00d", EVENT)


def test_syslog_is_one_line_with_the_links(tmp_path) -> None:
    path = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(path)
        assert syslog.log(target(Channel.SYSLOG, path), "f00d-raised", EVENT) is None
        line = log.recv(4096).decode()
    assert line == (
        "<28>1 2026-11-29T00:05:00Z - netkit - f00d-raised - slow raised: a > b forward (ma?in) "
        "since 2026-11-29T00:01:00Z; likely b~c from b/c~d from c"
    )


def test_syslog_by_udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
        log.bind(("127.0.0.1", 0))
        to = f"udp://127.0.0.1:{log.getsockname()[1]}"
        assert syslog.log(target(Channel.SYSLOG, to), "f00d-raised", EVENT) is None
        assert log.recv(4096).startswith(b"<28>1 ")


def test_a_socket_that_is_not_there_says_so(tmp_path) -> None:
    said = syslog.log(target(Channel.SYSLOG, str(tmp_path / "none")), "f00d", EVENT)
    assert said == "No such file or directory"


def test_a_command_has_the_document_on_its_input_and_words_stay_words(tmp_path) -> None:
    out = tmp_path / "out"
    program = (
        "import os, sys; open(sys.argv[1], 'w').write("
        "os.environ['NETKIT_EVENT'] + sys.argv[2] + sys.stdin.read())"
    )
    words = (sys.executable, "-c", program, str(out), "; $HOME `id`")
    assert command.run(target(Channel.COMMAND, *words), "f00d-raised", EVENT) is None
    assert out.read_text(encoding="utf-8") == "f00d-raised; $HOME `id`" + EVENT


def test_a_command_that_fails_or_takes_too_long_says_so() -> None:
    fail = (sys.executable, "-c", "import sys; sys.exit('no line to the pager')")
    assert command.run(target(Channel.COMMAND, *fail), "f00d", EVENT) == (
        "exit code 1: no line to the pager"
    )
    slow = (sys.executable, "-c", "import time; time.sleep(60)")
    said = command.run(target(Channel.COMMAND, *slow, timeout_s=0.2), "f00d", EVENT)
    assert said == "not done after 0.2 s"
    assert "No such file" in command.run(target(Channel.COMMAND, "/no/such"), "f00d", EVENT)


def test_apprise_where_it_is_installed(monkeypatch) -> None:
    told: list[tuple[str, str]] = []

    class Apprise:
        def add(self, url: str) -> bool:
            return url.startswith("json://")

        def notify(self, title: str, body: str) -> bool:
            told.append((title, body))
            return True

    monkeypatch.setitem(sys.modules, "apprise", type(sys)("apprise"))
    sys.modules["apprise"].Apprise = Apprise
    assert apprise.notify(target(Channel.APPRISE, "json://x"), "f00d-raised", EVENT) is None
    assert told[0][0] == "netkit: slow raised"
    assert told[0][1].startswith("slow raised: a > b forward")
    said = apprise.notify(target(Channel.APPRISE, "gopher://x"), "f00d", EVENT)
    assert said == "not a URL of Apprise"
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert "not installed" in apprise.notify(target(Channel.APPRISE, "json://x"), "f00d", EVENT)
