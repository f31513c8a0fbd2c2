"""A push over NETCONF whose session is cut, at each step, in each way: what netkit then says is
what the server holds, the trail tells it, and nothing stays locked.

The server's own ``<validate>`` is not asked, since netconfd forgets the candidate after it.
"""

import itertools
import json
import time
from contextlib import suppress
from ipaddress import IPv6Address

import pytest
from command import netkit
from yang import needs_yang

from netkit.emit.targets import dialect
from netkit.errors import ApplyError
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.store.audit_log import entries, verify
from netkit.store.state_folder import audit_path
from netkit.workflows.routers.push_netconf import netconf

pytest.importorskip("ncclient")
pytestmark = needs_yang

from netconf_cut import Cut  # noqa: E402  (paramiko comes with ncclient)
from netconfd import daemon, reached, tree_with_modules  # noqa: E402

IETF = dialect("ietf")
TOP = '<routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing"/>'
CONFIRM_S, SETTLED_S = 20, 30
ANSWER_S = {"reset": 60, "killed": 60, "silent": 3}

STEPS = (
    ("hello", 1), ("lock", 1), ("get-config", 1), ("get-config", 3), ("edit-config", 1),
    ("get-config", 4), ("validate", 1), ("commit", 1), ("get-config", 5), ("commit", 2),
    ("unlock", 1), ("close-session", 1), ("discard-changes", 1), ("cancel-commit", 1),
)  # fmt: skip
WAYS = {
    "validate": ((), ()),
    "discard-changes": ((), ("validate",)),  # what is refused is discarded
    "cancel-commit": ((), ()),  # netconfd's candidate is empty then, which the read-back finds
}
"""By step: the operations that the server is not asked, and is said to accept or to refuse."""

NUMBERS = itertools.count(1)
CASES = [
    pytest.param(step, when, how, id=f"{step[0]}-{step[1]}-{when}-{how}")
    for step in STEPS
    for when in ("asked", "answered")
    for how in ANSWER_S
    # Of what changes nothing it is all one to who waits in vain whether it was asked.
    if (when, how) != ("answered", "silent") or step[0] in ("edit-config", "commit")
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    found = tree_with_modules()
    with daemon(found, tmp_path_factory.mktemp("netconfd")):
        yield found


@pytest.fixture
def second(tree, tmp_path):
    """Another way to the same server, on which nothing is cut."""
    folder = tmp_path / "second"
    folder.mkdir()
    with reached(tree, folder, cut=Cut(accepted=("validate",))) as login:
        yield login


def written(folder, name, number):
    segments = (SegmentState(IPv6Address(f"5f00:0:{number:x}:1::")),)
    path = CandidatePathState(100, (WeightedList(name, 1, segments),))
    policy = PolicyState(name, number, IPv6Address("5f00::1"), (path,))
    state = RouterState("a", source=IPv6Address("5f00::1"), policies=(policy,))
    (folder / "configs").mkdir()
    (folder / "configs" / "a.xml").write_text(IETF.render(IETF.carried(state))[".xml"])


def push(login, folder, answer_s, *words):
    return netkit(
        "push", folder / "configs", "--netconf", f"{login.user}@{login.host}:{login.port}",
        "--key-file", login.key, "--ssh-config", login.ssh_config, "--timeout", f"{answer_s}s",
        "--confirm", f"{CONFIRM_S}s", *words,
    )  # fmt: skip


def holds(login, name):
    with netconf(login) as session:
        return name in session.running(TOP)


def eventually(what):
    """Whether it comes true within the time that is told, and some."""
    end = time.monotonic() + SETTLED_S
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def unlocked(login):
    with netconf(login) as session, suppress(ApplyError):
        session.lock()
        session.unlock()
        return True
    return False


def what_is_told(done):
    if done.returncode == 0:
        return "stands"
    assert done.returncode == 3, done
    if "by itself" in done.stderr:
        assert f"within {CONFIRM_S} s" in done.stderr
        assert "with --dry-run says what it lacks" in done.stderr
        return "either" if "unless it has taken the last commit" in done.stderr else "goes back"
    assert any(
        one in done.stderr
        for one in ("nothing was changed there", "a is as it was", "no NETCONF session")
    ), done.stderr
    return "as it was"


TRAILS = {
    "stands": [("push", "begun"), ("push", "committed")],
    "either": [("push", "begun"), ("rollback", "failed")],
    "goes back": [("push", "begun"), ("rollback", "failed")],
}


@pytest.mark.parametrize(("step", "when", "how"), CASES)
def test_what_is_told_is_what_the_server_holds(
    tree, second, tmp_path, monkeypatch, step, when, how
):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    number = next(NUMBERS)
    name = f"cut-{number}-"
    written(tmp_path, name, number)
    accepted, refused = WAYS.get(step[0], (("validate",), ()))
    cut = Cut(*step, when, how, accepted=accepted, refused=refused)
    with reached(tree, tmp_path, cut=cut) as login:
        done = push(login, tmp_path, ANSWER_S[how])
        # On a busy machine an answer may be late before its time.
        early = how == "silent" and not cut.done.is_set()
        assert early or cut.done.is_set(), done
        told = what_is_told(done)
        if told == "stands":
            assert holds(second, name)
        if told == "as it was":
            assert not holds(second, name)
        if told == "goes back":
            assert eventually(lambda: not holds(second, name))
    assert eventually(lambda: unlocked(second))
    trail = audit_path(tmp_path / "state")
    assert verify(trail) == ()
    found = [(one["action"], one["outcome"]) for one in entries(trail)]
    unbegun = step in STEPS[:4] or (early and not found)
    as_it_was = [] if unbegun else [("push", "begun"), ("rollback", "done")]
    assert found == TRAILS.get(told, as_it_was)
    if told == "either":
        looked = push(second, tmp_path, 60, "--dry-run", "--json")
        assert looked.returncode == 0
        assert (json.loads(looked.stdout)["changes"] == []) is holds(second, name)
