"""What ncclient raises, as words of netkit's; no server has a part in it."""

import pytest
from command import netkit

from netkit.apply.push.netconf.login import Login
from netkit.errors import ApplyError

pytest.importorskip("ncclient")

from lxml.etree import XMLSyntaxError
from ncclient.operations.errors import TimeoutExpiredError
from ncclient.transport import SSHSession
from ncclient.transport.errors import (
    AuthenticationError,
    SessionCloseError,
    SessionError,
)
from paramiko import SSHException

from netkit.apply.faults import SessionLostError
from netkit.apply.push.netconf import session

LOGIN = Login("ops", "192.0.2.7", 830, None, None)
NO_XML = XMLSyntaxError("Start tag expected", 1, 1, 1)


def raising(error):
    def connect(*_session, **_how):
        raise error

    return connect


@pytest.mark.parametrize(
    "error", [SessionError("Capability exchange timed out"), NO_XML, SessionCloseError("gone"),
              ConnectionRefusedError(111, "Connection refused"), EOFError(),
              SSHException("Unable to open channel.")],
)  # fmt: skip
def test_a_server_that_is_none_or_goes_before_hello_is_no_session(monkeypatch, error):
    monkeypatch.setattr(SSHSession, "connect", raising(error))
    with (
        pytest.raises(ApplyError, match=r"no NETCONF session with 192\.0\.2\.7 port 830: "),
        session.connected(LOGIN),
    ):
        pytest.fail("there was a session")


def test_who_is_not_let_in_is_told_an_option_that_there_is(monkeypatch):
    monkeypatch.setattr(SSHSession, "connect", raising(AuthenticationError("no")))
    with pytest.raises(ApplyError, match=r"does not let ops in: no\. Give --[a-z-]+ FILE") as told:
        session.connected(LOGIN).__enter__()
    option = str(told.value).split("Give ")[1].split()[0]
    assert option in netkit("push", "--help").stdout


def test_who_goes_at_the_login_has_not_refused_it(monkeypatch):
    monkeypatch.setattr(SSHSession, "connect", raising(AuthenticationError("EOFError()")))
    told = r"no NETCONF session .*: it ended the connection at the login of ops$"
    with pytest.raises(ApplyError, match=told):
        session.connected(LOGIN).__enter__()


class Connection:
    """Of ncclient; whatever it is asked, it raises."""

    timeout = 7

    def __init__(self, *errors):
        self.errors = list(errors)

    def _raise(self, **_how):
        if self.errors:
            raise self.errors.pop(0)

    lock = unlock = discard_changes = close_session = _raise


class Ssh:
    closed = False

    def close(self):
        self.closed = True


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NO_XML, "no XML came back"),
        (TimeoutExpiredError("late"), "no answer within 7 s$"),
        (SessionCloseError(b"<secret>what was half read</secret>"), "the session ended$"),
        (EOFError(), "the session ended$"),
    ],
)
def test_an_answer_that_is_none_is_told_with_what_was_asked(error, said):
    with pytest.raises(SessionLostError, match=f"lock failed: {said}"):
        session.NetconfSession(Connection(error), Ssh()).lock()


def test_nobody_waits_for_the_goodbye_of_a_router_that_no_longer_answers():
    late, ssh = TimeoutExpiredError("late"), Ssh()
    own = session.NetconfSession(Connection(late, AssertionError("asked again")), ssh)
    with pytest.raises(SessionLostError):
        own.lock()
    own.unlock()
    own.close()
    assert ssh.closed


def test_a_router_that_was_only_slow_is_asked_again():
    own = session.NetconfSession(Connection(TimeoutExpiredError("late")), Ssh())
    with pytest.raises(SessionLostError):
        own.lock()
    own.discard()
    own._connection.errors = [AssertionError("it was not asked")]
    with pytest.raises(AssertionError):
        own.unlock()


def test_a_session_that_has_ended_is_asked_nothing():
    own = session.NetconfSession(Connection(EOFError(), AssertionError("asked")), Ssh())
    with pytest.raises(SessionLostError):
        own.lock()
    with pytest.raises(SessionLostError, match="discard-changes failed: the session has ended"):
        own.discard()
