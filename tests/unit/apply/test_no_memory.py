"""A kernel without memory for a route is asked again, and one that never has any is told."""

import errno
import struct

import pytest

from netkit.apply.linux import route_socket
from netkit.apply.linux.route_socket import RTM_NEWROUTE, RefusedError, RouteSocket

ERROR = 2


@pytest.fixture
def answered(monkeypatch):
    """A socket whose requests are answered with these errors, one after the other."""

    def made(*codes):
        asked, left = [], list(codes)
        monkeypatch.setattr(RouteSocket, "_send", lambda *words: asked.append(words[1:]) or 1)
        monkeypatch.setattr(
            RouteSocket, "_answers",
            lambda *_: iter([(ERROR, 0, struct.pack("=i", -left.pop(0)) + bytes(16))]),
        )  # fmt: skip
        monkeypatch.setattr(route_socket, "_PAUSES_S", (0.0, 0.0))
        return RouteSocket(), asked

    return made


def test_no_memory_is_not_the_end(answered):
    socket, asked = answered(errno.ENOMEM, errno.ENOMEM, 0)
    socket.request(RTM_NEWROUTE, 0, b"route")
    socket.close()
    assert [body for *_, body in asked] == [b"route"] * 3


@pytest.mark.parametrize(
    "codes", [(errno.ENOMEM,) * 3, (errno.ENOMEM, errno.EEXIST), (errno.EINVAL,)]
)
def test_other_refusals_and_a_lasting_one_are_told(answered, codes):
    socket, asked = answered(*codes)
    with pytest.raises(RefusedError) as refused:
        socket.request(RTM_NEWROUTE, 0, b"route")
    socket.close()
    assert refused.value.errno == codes[-1]
    assert len(asked) == len(codes)
