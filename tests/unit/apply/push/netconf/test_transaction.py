"""The operations of a push over NETCONF, and what follows where one of them fails."""

import os
import signal

import pytest

from netkit.apply.faults import HalfDoneError, SessionLostError
from netkit.apply.push.netconf.capabilities import Capabilities, namespaces
from netkit.apply.push.netconf.transaction import Wanted, push
from netkit.errors import ApplyError

CAN = "urn:ietf:params:netconf:capability:"
ALL = frozenset(
    CAN + one for one in ("candidate:1.0", "validate:1.1", "confirmed-commit:1.1", "url:1.0")
)


class Router:
    """A server with a candidate and what it runs; operations in ``failing`` are refused, one
    in ``losing`` is accepted without effect, and of those in ``silent`` nothing is heard."""

    def __init__(self, running="", *, failing=(), losing=(), silent=(), uris=ALL, edited=None):
        self.now, self._old = running, running
        self.edited = running if edited is None else edited
        self.merging, self.done = {"new"}, set()
        self.failing, self.losing, self.silent = set(failing), set(losing), set(silent)
        self.capabilities = Capabilities(frozenset(uris))
        self.calls = []

    def _call(self, name):
        self.calls.append(name)
        if name in self.failing:
            raise ApplyError(f"{name} refused")
        if name in self.silent:
            raise SessionLostError(f"{name} failed: the session ended")
        return name not in self.losing

    def lock(self):
        self._call("lock")

    def unlock(self):
        self._call("unlock")

    def running(self, subtrees):
        self._call("get")
        return self.now

    def candidate(self, subtrees):
        self._call("look")
        return self.edited

    def edit(self, config):
        if self._call("edit"):
            self.edited = config if config in self.merging else self.edited + config

    def validate(self):
        self._call("validate")

    def commit(self, confirm_seconds):
        name = "confirm" if confirm_seconds is None else f"commit {confirm_seconds}"
        if self._call(name) and confirm_seconds is not None:
            self._old, self.now = self.now, self.edited
        self.done.add(name)

    def cancel(self):
        if self._call("cancel"):
            if "commit 30" not in self.done:
                raise ApplyError("cancel refused: nothing to cancel")
            self.now = self._old

    def discard(self):
        self._call("discard")
        self.edited = self.now


def unlike(held):
    return [] if held == "new" else [f"held is {held!r}"]


WANTED = Wanted("new", "<a/>", unlike)


def pushed(router, before=lambda: None):
    return push(router, WANTED, 30, before)


def test_the_operations_are_in_their_order():
    router = Router("old")
    assert pushed(router, lambda: router.calls.append("audit"))
    assert router.calls == [
        "lock", "get", "get", "look", "audit", "edit", "look", "validate", "commit 30", "get",
        "confirm", "unlock",
    ]  # fmt: skip
    assert router.now == "new"


def test_a_second_push_changes_nothing():
    router = Router("new")
    assert not pushed(router, lambda: router.calls.append("audit"))
    assert router.calls == ["lock", "get", "unlock"]


def test_a_candidate_that_is_somebody_elses_is_left():
    router = Router("old", failing=["lock"])
    with pytest.raises(ApplyError, match="lock refused"):
        pushed(router)
    assert router.calls == ["lock"]


def test_why_it_was_refused_is_told_also_where_nothing_can_be_discarded():
    router = Router("old", failing=["edit", "discard", "unlock"])
    with pytest.raises(ApplyError, match="edit refused") as caught:
        pushed(router)
    assert caught.value.__notes__ == [
        "discard refused: look whether the candidate there holds what was edited"
    ]
    assert router.calls[-2:] == ["discard", "unlock"]


@pytest.mark.parametrize("step", ["edit", "validate"])
def test_what_is_refused_before_the_commit_is_discarded(step):
    router = Router("old", failing=[step])
    with pytest.raises(ApplyError, match=f"{step} refused"):
        pushed(router)
    assert router.calls[-2:] == ["discard", "unlock"]
    assert (router.now, router.edited) == ("old", "old")


@pytest.mark.parametrize("how", [{"losing": ["commit 30"]}, {"failing": ["confirm"]}])
def test_what_goes_wrong_on_probation_is_taken_back(how):
    router = Router("old", **how)
    with pytest.raises(ApplyError, match=r"; taken back$"):
        pushed(router)
    assert router.calls[-4:] == ["cancel", "get", "discard", "unlock"]
    assert (router.now, router.edited) == ("old", "old"), "nobody commits it after us"


def test_a_commit_that_is_refused_was_never_in_force_and_leaves_nothing_in_the_candidate():
    router = Router("old", failing=["commit 30"])
    with pytest.raises(ApplyError, match=r"commit 30 refused; taken back$") as told:
        pushed(router)
    assert not isinstance(told.value, HalfDoneError)
    assert router.calls[-4:] == ["cancel", "get", "discard", "unlock"]
    assert (router.now, router.edited) == ("old", "old")


def test_what_cannot_be_discarded_once_it_is_taken_back_is_told():
    router = Router("old", failing=["confirm", "discard"])
    with pytest.raises(ApplyError, match="confirm refused; taken back") as told:
        pushed(router)
    assert told.value.__notes__ == [
        "discard refused: look whether the candidate there holds what was edited"
    ]


def test_what_somebody_else_has_edited_is_not_committed_with_ours():
    """RFC 6241 §7.5 has the lock refused; a server that grants it is found out."""
    router = Router("<a><b>1</b></a>", edited="<a><b>1</b><secret>4711</secret></a>")
    with pytest.raises(ApplyError, match=r"somebody else has .*: /a/secret; have it") as told:
        pushed(router, lambda: router.calls.append("audit"))
    assert router.calls == ["lock", "get", "get", "look", "unlock"]
    assert told.value.__notes__ == ["nothing was changed there"]
    assert "4711" not in str(told.value)


def test_when_a_router_says_it_was_changed_last_is_no_difference():
    """Junos has it in attributes of what runs, and a commit and its end change it."""

    class Junos(Router):
        def running(self, subtrees):
            stamp = len(self.calls)
            return f'<data changed="{stamp}"><x>{super().running(subtrees)}</x></data>'

        def candidate(self, subtrees):
            return f"<data><x>{super().candidate(subtrees)}</x></data>"

    router = Junos("old", failing=["confirm"])
    wanted = Wanted("new", "<a/>", lambda held: [] if ">new<" in held else ["other"])
    with pytest.raises(ApplyError, match=r"confirm refused; taken back$"):
        push(router, wanted, 30, lambda: None)


def test_accepted_is_not_installed():
    with pytest.raises(ApplyError, match="accepted, and not what is there: held is 'old'"):
        pushed(Router("old", losing=["commit 30"]))


def test_a_candidate_that_is_not_what_is_asked_is_never_committed():
    router = Router("old", losing=["edit"])
    with pytest.raises(ApplyError, match="would not be there: held is 'old'; not committed"):
        pushed(router)
    assert router.calls[-4:] == ["edit", "look", "discard", "unlock"]
    assert (router.now, router.edited) == ("old", "old")


def test_where_merging_is_not_enough_what_is_netkits_is_replaced_before_the_commit():
    """A list that gets shorter keeps its end in a merge."""
    router = Router("old")
    router.merging = {"replace: new"}
    wanted = Wanted("new", "<a/>", lambda held: [] if held.endswith("replace: new") else ["end"],
                    "replace: new")  # fmt: skip
    assert push(router, wanted, 30, lambda: None)
    assert router.calls[4:9] == ["edit", "look", "edit", "look", "validate"]
    assert router.now == "replace: new"


def test_a_router_that_cannot_cancel_takes_it_back_by_itself():
    uris = {one.replace("commit:1.1", "commit:1.0") for one in ALL}
    router = Router("old", losing=["commit 30"], uris=uris)
    with pytest.raises(ApplyError, match="the router takes it back by itself within 30 s"):
        pushed(router)
    assert "cancel" not in router.calls


def test_what_a_router_that_cannot_cancel_refuses_to_commit_was_never_in_force():
    """As Junos, which knows no cancel: what was edited would wait for whoever commits next."""
    uris = {one.replace("commit:1.1", "commit:1.0") for one in ALL}
    router = Router("old", failing=["commit 30"], uris=uris)
    with pytest.raises(ApplyError, match=r"commit 30 refused; taken back$") as told:
        pushed(router)
    assert not isinstance(told.value, HalfDoneError)
    assert router.calls[-3:] == ["get", "discard", "unlock"]
    assert (router.now, router.edited) == ("old", "old")


@pytest.mark.parametrize("how", [{"failing": ["confirm"]}, {"silent": ["commit 30"]}])
def test_a_router_that_cannot_cancel_is_said_to_do_so_where_a_commit_may_be_in_force(how):
    uris = {one.replace("commit:1.1", "commit:1.0") for one in ALL}
    with pytest.raises(HalfDoneError, match="the router takes it back by itself within 30 s"):
        pushed(Router("old", uris=uris, **how))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (
            {"failing": ["confirm", "cancel"]},
            r"not taken back \(cancel refused\).*within 30 s, unless it has taken the last\b",
        ),
        ({"failing": ["confirm"], "losing": ["cancel"]}, "not as it was.*within 30 s"),
    ],
)
def test_what_was_not_taken_back_is_said(how, said):
    with pytest.raises(ApplyError, match=said):
        pushed(Router("old", **how))


def test_an_interrupt_on_probation_takes_it_back():
    class Interrupted(Router):
        def commit(self, confirm_seconds):
            super().commit(confirm_seconds)
            raise KeyboardInterrupt

    router = Interrupted("old")
    with pytest.raises(ApplyError, match="interrupted; taken back"):
        pushed(router)
    assert router.now == "old"


def test_everything_that_a_server_lacks_is_said():
    lacks = Capabilities(frozenset({CAN + "candidate:1.0", "urn:a?module=a"})).missing(
        {"urn:a", "urn:b"}
    )
    assert len(lacks) == 3
    assert "validate" in lacks[0]
    assert "confirmed-commit:1.1" in lacks[1]
    assert lacks[2] == "the module of urn:b"
    assert Capabilities(ALL | {"urn:a?revision=1"}).missing({"urn:a"}) == ()
    library = ALL | {CAN + "yang-library:1.1?revision=2019-01-04&content-id=1"}
    assert Capabilities(library).missing({"urn:not-in-hello"}) == ()


def test_namespaces_are_those_inside():
    text = '<!-- c --><config xmlns="urn:n">\n<a xmlns="urn:a"><b xmlns:p="urn:p"/></a></config>'
    assert namespaces(text) == {"urn:a", "urn:p"}


def test_an_interrupt_before_the_commit_discards_what_was_edited():
    class Interrupted(Router):
        def validate(self):
            raise KeyboardInterrupt

    router = Interrupted("old")
    with pytest.raises(KeyboardInterrupt):
        pushed(router)
    assert router.calls[-2:] == ["discard", "unlock"]
    assert (router.now, router.edited) == ("old", "old")


def test_ctrl_c_with_the_last_commit_comes_too_late():
    class Pressed(Router):
        def commit(self, confirm_seconds):
            if confirm_seconds is None:
                os.kill(os.getpid(), signal.SIGINT)
            super().commit(confirm_seconds)

    router, stands = Pressed("old"), []
    assert push(router, WANTED, 30, lambda: None, lambda: stands.append(True))
    assert (router.now, stands) == ("new", [True])
    assert "cancel" not in router.calls


@pytest.mark.parametrize("step", ["lock", "get"])
def test_a_session_that_ends_before_the_first_change_is_told_to_have_changed_nothing(step):
    with pytest.raises(SessionLostError) as told:
        pushed(Router("old", silent=[step]))
    nothing, lock = told.value.__notes__
    assert nothing == "nothing was changed there"
    assert "end with the session" in lock


def test_a_session_that_ends_with_the_edit_takes_it_along():
    with pytest.raises(SessionLostError, match="edit failed") as told:
        pushed(Router("old", silent=["edit", "discard"]))
    assert "what was edited in it, end with the session" in str(told.value.__notes__)


@pytest.mark.parametrize(("step", "maybe"), [("commit 30", False), ("confirm", True)])
def test_how_to_look_is_told_where_a_session_ends_on_probation(step, maybe):
    with pytest.raises(HalfDoneError, match="takes it back by itself within 30 s") as told:
        pushed(Router("old", silent=[step, "cancel"]))
    assert ("unless it has taken the last commit" in str(told.value)) is maybe
    (look,) = told.value.__notes__
    assert "--dry-run" in look
    assert look.endswith("nothing if the change stands") is maybe
