import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.probe.scrape.requests import MOST_BYTES, answer

ASKED = b"GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n\r\n"


def text_of(accept):
    return f"for {accept}\n".encode(), "text/plain"


def status(received):
    answered = answer(received, text_of)
    return None if answered is None else int(answered.split()[1])


def test_a_scrape_is_answered_whole_with_its_length_and_closed():
    head, _, body = answer(ASKED, text_of).partition(b"\r\n\r\n")
    assert body == b"for text/plain\n"
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: text/plain",
        b"Content-Length: 15",
        b"Connection: close",
    ]


@pytest.mark.parametrize("end", range(len(ASKED)))
def test_no_part_of_a_request_is_answered(end):
    assert answer(ASKED[:end], text_of) is None


def test_what_comes_after_a_request_changes_nothing():
    assert answer(ASKED + b"GET /secret HTTP/1.1\r\n\r\n", text_of) == answer(ASKED, text_of)


def test_head_is_get_without_the_body():
    whole, head = (answer(ASKED.replace(b"GET", word), text_of) for word in (b"GET", b"HEAD"))
    assert whole.startswith(head)
    assert head.endswith(b"\r\n\r\n")


def test_several_accept_fields_are_one_list():
    asked = b"GET /metrics?x=1 HTTP/1.0\r\naccept: a\r\nACCEPT:\tb \r\n\r\n"
    assert answer(asked, text_of).endswith(b"for a, b\n")


@pytest.mark.parametrize(
    ("received", "code"),
    [
        (b"POST /metrics HTTP/1.1\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"GET /metrics/../etc HTTP/1.1\r\n\r\n", 404),
        (b"GET http://x/metrics HTTP/1.1\r\n\r\n", 400),
        (b"GET /metrics HTTP/2.0\r\n\r\n", 400),
        (b"GET /metrics\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\n folded: x\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nA: " + b"x" * MOST_BYTES, 431),
    ],
)
def test_what_is_no_scrape_is_refused(received, code):
    assert status(received) == code


def test_a_store_that_fails_fails_this_scrape_alone_and_tells_no_secret():
    def fails(accept):
        raise RuntimeError("password=hunter2")

    answered = answer(ASKED, fails)
    assert answered.startswith(b"HTTP/1.1 500 ")
    assert b"hunter2" not in answered


@given(st.binary(max_size=300))
def test_any_bytes_are_answered_or_waited_for(received):
    assert status(received + b"\r\n\r\n") in {200, 400, 404, 405}
