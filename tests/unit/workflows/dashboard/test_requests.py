"""Who is answered, and how, without a socket."""

from http import HTTPStatus

import pytest

from netkit.workflows.dashboard.requests import Answer, answered

PAGES = {"/": lambda query: Answer(HTTPStatus.OK, repr(sorted(query.items())).encode())}
NAMES = frozenset({"netkit.example.net"})


def ask(target="/", host="127.0.0.1:9863", method="GET"):
    return answered(method, target, host, PAGES, NAMES)


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:1", "127.0.0.1:9863", "10.1.2.3", "[::1]:9863", "[fd00::1]",
             "netkit.example.net", "NETKIT.example.net:443"],
)  # fmt: skip
def test_addresses_and_names_that_were_told_are_ours(host):
    assert ask(host=host).status is HTTPStatus.OK


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::1", "a b",
             "xnetkit.example.net", "user@evil.example"],
)  # fmt: skip
def test_a_name_that_was_resolved_anew_is_refused(host):
    assert ask(host=host).status is HTTPStatus.MISDIRECTED_REQUEST


def test_a_request_without_a_host_is_none():
    assert ask(host=None).status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(method):
    found = ask(method=method)
    assert found.status is HTTPStatus.METHOD_NOT_ALLOWED
    assert found.all_headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("target", ["/none", "/../etc/passwd", "//", "/overview.json/"])
def test_there_is_no_page_but_ours(target):
    assert ask(target).status is HTTPStatus.NOT_FOUND


def test_a_query_has_few_fields():
    assert ask("/?a=1&b=2").body == b"[('a', '1'), ('b', '2')]"
    assert ask("/?" + "&".join(f"a{one}=1" for one in range(99))).status is HTTPStatus.BAD_REQUEST


def test_nobody_keeps_or_guesses_what_is_sent():
    headers = ask().all_headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers
