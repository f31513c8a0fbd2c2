"""Answers are packed for who takes that, and say so to caches."""

import gzip
import http.client
import threading
from http import HTTPStatus

import pytest

from netkit.workflows.dashboard.packing import LEAST_BYTES, packed, takes_gzip
from netkit.workflows.dashboard.requests import Answer
from netkit.workflows.dashboard.server import DashboardServer

LONG = Answer(HTTPStatus.OK, b'{"names":[]}' * LEAST_BYTES, "application/json", {"X-Own": "kept"})
SHORT = Answer(HTTPStatus.OK, b"hello")


def test_a_long_answer_is_packed_and_unpacks_to_itself():
    sent = packed(LONG, "gzip, deflate, br")
    assert len(sent.body) < len(LONG.body) / 10
    assert gzip.decompress(sent.body) == LONG.body
    headers = sent.all_headers
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Length"] == str(len(sent.body))
    assert (headers["X-Own"], headers["Content-Type"]) == ("kept", "application/json")
    assert packed(LONG, "gzip").body is sent.body, "once for all who ask"


@pytest.mark.parametrize(("answer", "accepted"), [(LONG, ""), (LONG, "gzip;q=0"), (SHORT, "gzip")])
def test_what_is_not_packed_is_as_it_was_and_differs_by_the_same_field(answer, accepted):
    sent = packed(answer, accepted)
    assert sent.body == answer.body
    assert "Content-Encoding" not in sent.all_headers
    assert sent.all_headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True), (" GZip ; q=0.001", True), ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True), ("*;q=0", False), ("identity", False), ("gzip;q=0.000", False),
        ("gzip;q=nan", False), (";q=1", False), (",,", False), ("gzip;level=1", True),
    ],
)  # fmt: skip
def test_the_field_is_read_as_its_rfc_says(accepted, takes):
    assert takes_gzip(accepted) is takes


@pytest.fixture
def port():
    server = DashboardServer("127.0.0.1", 0, {"/": lambda _query: LONG}, frozenset())
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("fields", [[], ["gzip"], ["br", "gzip"]])
def test_over_a_socket_head_and_body_agree(port, method, fields):
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    asking.putrequest(method, "/", skip_accept_encoding=True)
    for one in fields:  # two fields of one name are one list (RFC 9110 section 5.3)
        asking.putheader("Accept-Encoding", one)
    asking.endheaders()
    answer = asking.getresponse()
    body = answer.read()
    assert answer.headers["Content-Encoding"] == ("gzip" if fields else None)
    whole = packed(LONG, ", ".join(fields)).body
    assert int(answer.headers["Content-Length"]) == len(whole)
    assert body == (whole if method == "GET" else b"")
    asking.close()
