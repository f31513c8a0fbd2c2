"""What ncclient raises, as words of netkit's; no server has a part in it."""

import pytest
from command import netkit

from netkit.apply.push.netconf.login import Login
from netkit.errors import ApplyError

pytest.importorskip("ncclient")

from lxml.etree import XMLSyntaxError
from ncclient.operations.errors import TimeoutExpiredError
from ncclient.transport.errors import (
    AuthenticationError,
    SessionCloseError,
    SessionError,
)

from netkit.apply.push.netconf import session

LOGIN = Login("ops", "192.0.2.7", 830, None, None)
NO_XML = XMLSyntaxError("Start tag expected", 1, 1, 1)


def raising(error):
    def connect(**_how):
        raise error

    return connect


@pytest.mark.parametrize(
    "error", [SessionError("Capability exchange timed out"), NO_XML, SessionCloseError("gone"),
              ConnectionRefusedError(111, "Connection refused")],
)  # fmt: skip
def test_a_server_that_is_none_or_goes_before_hello_is_no_session(monkeypatch, error):
    monkeypatch.setattr(session.manager, "connect_ssh", raising(error))
    with (
        pytest.raises(ApplyError, match=r"no NETCONF session with 192\.0\.2\.7 port 830: "),
        session.connected(LOGIN),
    ):
        pytest.fail("there was a session")


def test_who_is_not_let_in_is_told_an_option_that_there_is(monkeypatch):
    monkeypatch.setattr(session.manager, "connect_ssh", raising(AuthenticationError("no")))
    with pytest.raises(ApplyError, match=r"does not let ops in: no\. Give --[a-z-]+ FILE") as told:
        session.connected(LOGIN).__enter__()
    option = str(told.value).split("Give ")[1].split()[0]
    assert option in netkit("push", "--help").stdout


@pytest.mark.parametrize("error", [NO_XML, TimeoutExpiredError("late"), SessionCloseError("gone")])
def test_an_answer_that_is_none_is_told_with_what_was_asked(error):
    class Connection:
        lock = staticmethod(raising(error))

    with pytest.raises(ApplyError, match="lock failed: "):
        session.NetconfSession(Connection()).lock()
