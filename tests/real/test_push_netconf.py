"""A push over NETCONF to yuma123's netconfd of Debian 12, through SSH on loopback.

netconfd 2.13 loads the models of the IETF but for one line of ietf-srv6-base, where it wants a
prefix. After a ``<validate>`` it forgets what is in the candidate, and answers the commit with
``<ok/>``: the read-back of netkit finds that, and what else is tested goes without it.
"""

import time
from ipaddress import IPv6Address

import pytest
from yang import needs_yang

from netkit.apply.push.netconf.login import Login
from netkit.emit.targets import dialect
from netkit.errors import ApplyError, InputError
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    StampReflector,
    WeightedList,
)
from netkit.store.audit_log import entries, verify
from netkit.store.state_folder import audit_path
from netkit.workflows.routers import push_netconf as workflow

pytest.importorskip("ncclient")
pytestmark = needs_yang

from netconfd import server, tree_with_modules  # noqa: E402  (paramiko comes with ncclient)

IETF = dialect("ietf")


def weighted(name, *sids, weight=1):
    return WeightedList(name, weight, tuple(SegmentState(IPv6Address(one)) for one in sids))


def state(*paths):
    policy = PolicyState("to-b", 100, IPv6Address("5f00:0:2::1"), paths)
    reflector = StampReflector(IPv6Address("5f00::1"), 862, (IPv6Address("5f00::2"),))
    source = IPv6Address("5f00::1")
    return RouterState("a", source=source, policies=(policy,), reflectors=(reflector,))


MAIN = CandidatePathState(
    200, (weighted("l1", "5f00:0:3:1::", "5f00:0:2:1::", weight=3), weighted("l2", "5f00:0:4:1::"))
)
BACKUP = CandidatePathState(100, (weighted("l3", "5f00:0:5:1::"),))


@pytest.fixture(scope="module")
def tree():
    return tree_with_modules()


@pytest.fixture
def login(tree, tmp_path):
    with server(tree, tmp_path) as login:
        yield login


def config(folder, wanted):
    files = IETF.render(IETF.carried(wanted))
    (folder / "a.xml").write_text(files[".xml"])
    return workflow.config_of(folder / "a.xml", None)


def pushed(session, folder, wanted, seconds=30, **how):
    own = config(folder, wanted)
    return workflow.push_netconf(
        session, own, "a", folder / "state", confirm_seconds=seconds, **how
    )


class Unvalidated:
    """A session that does not validate; see above."""

    def __init__(self, session):
        self._session = session

    def __getattr__(self, name):
        return getattr(self._session, name)

    def validate(self):
        """Left out."""


def test_it_is_merged_read_back_confirmed_and_twice_is_once(login, tmp_path):
    with workflow.netconf(login) as connected:
        session = Unvalidated(connected)
        assert pushed(session, tmp_path, state(MAIN), dry_run=True).changes
        assert pushed(session, tmp_path, state(MAIN)).changes
        again = pushed(session, tmp_path, state(MAIN))
        assert (again.changes, again.besides) == ((), ())
        more = pushed(session, tmp_path, state(MAIN, BACKUP))
        assert len(more.changes) == 1
        kept = pushed(session, tmp_path, state(MAIN))
        assert (kept.changes, len(kept.besides)) == ((), 1)
    with workflow.netconf(login) as session:
        assert not pushed(session, tmp_path, state(MAIN, BACKUP)).changes
    trail = audit_path(tmp_path / "state")
    assert verify(trail) == ()
    outcomes = [(one["action"], one["outcome"]) for one in entries(trail)]
    assert outcomes == [("push", "begun"), ("push", "committed")] * 2


def test_a_list_that_gets_shorter_and_a_split_that_ends_are_pushed(login, tmp_path):
    """Merged, both would keep what they had: the candidate shows it, and they are replaced."""
    short = CandidatePathState(200, (weighted("l1", "5f00:0:2:1::"),))
    with workflow.netconf(login) as connected:
        session = Unvalidated(connected)
        pushed(session, tmp_path, state(MAIN, BACKUP))
        assert pushed(session, tmp_path, state(short, BACKUP)).changes
        again = pushed(session, tmp_path, state(short, BACKUP))
        assert (again.changes, again.besides) == ((), ())
        running = session.running(TOP)
    assert "5f00:0:3:1::" not in running
    assert "5f00:0:5:1::" in running


def test_accepted_and_not_there_is_found_and_taken_back(login, tmp_path):
    with workflow.netconf(login) as session:
        told = r"accepted, and not what is there.*; taken back\na is as it was$"
        with pytest.raises(ApplyError, match=told):
            pushed(session, tmp_path, state(MAIN))
        assert "to-b" not in session.running(TOP)
    (*_, last) = entries(audit_path(tmp_path / "state"))
    assert (last["action"], last["outcome"]) == ("rollback", "done")


TOP = '<routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing"/>'


def test_a_session_that_ends_on_probation_leaves_the_router_as_it_was(login, tmp_path):
    with workflow.netconf(login) as session:
        session.lock()
        session.edit(config(tmp_path, state(MAIN)).text)
        session.commit(600)
        assert "to-b" in session.running(TOP)
    with workflow.netconf(login) as session:
        end = time.monotonic() + 300
        while "to-b" in session.running(TOP):
            assert time.monotonic() < end
            time.sleep(0.2)


def test_what_the_router_refuses_is_said_and_discarded(login, tmp_path):
    with workflow.netconf(login) as session:
        own = config(tmp_path, state(MAIN))
        broken = own.text.replace("<weight>3<", "<weight>three<")
        session.lock()
        with pytest.raises(ApplyError, match=r"edit-config refused: .*weight"):
            session.edit(broken)
        session.discard()
        session.unlock()
        assert "to-b" not in session.running(TOP)


def test_a_candidate_that_another_holds_is_left(login, tmp_path):
    with workflow.netconf(login) as other, workflow.netconf(login) as session:
        other.lock()
        with pytest.raises(ApplyError, match="lock refused: lock-denied"):
            pushed(session, tmp_path, state(MAIN))


def test_what_another_has_edited_and_not_committed_is_neither_committed_nor_lost(login, tmp_path):
    with workflow.netconf(login) as other, workflow.netconf(login) as connected:
        other.edit(config(tmp_path, state(BACKUP)).text)
        with pytest.raises(ApplyError, match=r"lock refused|somebody else has edited"):
            pushed(Unvalidated(connected), tmp_path, state(MAIN))
        assert "to-b" not in other.running(TOP)
        assert "5f00:0:5:1::" in other.candidate(TOP)


@pytest.mark.parametrize("refused", [True, False], ids=["probation", "confirmation"])
def test_what_was_refused_is_not_left_for_whoever_commits_next(login, tmp_path, refused):
    class Refusing(Unvalidated):
        def commit(self, confirm_seconds):
            if refused is (confirm_seconds is not None):
                raise ApplyError("commit refused: on purpose")
            self._session.commit(confirm_seconds)

    with workflow.netconf(login) as connected:
        with pytest.raises(ApplyError, match=r"on purpose; taken back\na is as it was$"):
            pushed(Refusing(connected), tmp_path, state(MAIN))
        assert "to-b" not in connected.candidate(TOP) + connected.running(TOP)
        assert pushed(Unvalidated(connected), tmp_path, state(MAIN)).changes
    outcomes = [one["outcome"] for one in entries(audit_path(tmp_path / "state"))]
    assert outcomes == ["begun", "done", "begun", "committed"]


def test_who_is_not_known_and_who_is_not_let_in_are_said(login, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "ssh_config").write_text("Host *\n  UserKnownHostsFile /dev/null\n")
    unknown = Login("root", login.host, login.port, login.key, other / "ssh_config")
    with pytest.raises(ApplyError, match="is not known"), workflow.netconf(unknown):
        pass
    stranger = Login("guest", login.host, login.port, login.key, login.ssh_config)
    with pytest.raises(ApplyError, match="does not let guest in"), workflow.netconf(stranger):
        pass
    nobody = Login("root", login.host, 1, login.key, login.ssh_config)
    with pytest.raises(ApplyError, match="no NETCONF session"), workflow.netconf(nobody):
        pass


def test_a_router_that_cannot_is_refused_with_what_it_lacks(tree, tmp_path):
    with server(tree, tmp_path, "--with-validate=false") as login:  # noqa: SIM117
        with workflow.netconf(login) as session, pytest.raises(InputError) as refused:
            pushed(session, tmp_path, state(MAIN))
    assert "to validate it" in str(refused.value)
