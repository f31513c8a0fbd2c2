"""What is announced and withdrawn, and that everything is put back where it went wrong."""

import os
import signal
from dataclasses import replace
from ipaddress import IPv6Address

import pytest

from netkit.apply.faults import HalfDoneError, SessionLostError
from netkit.apply.push.bgp.transaction import planned, push
from netkit.errors import ApplyError, InputError
from netkit.wire.bgp_sr_policy.values import (
    Announcement,
    CandidatePath,
    Nlri,
    SegmentList,
    SidSegment,
)


def one(number, preference=100):
    path = CandidatePath((SegmentList((SidSegment(IPv6Address(number)),), 1),), preference)
    return Announcement(Nlri(number, 7, IPv6Address("5f00::1")), path)


A, B, C = one(1), one(2), one(3)
OTHER_A = replace(A, path=one(1, 200).path)


class Speaker:
    """A table, and what can go wrong with it: calls that fail, paths that are altered or kept."""

    def __init__(self, *held, fails_at=None, alters=None, keeps=None):
        self.held = {each.nlri: each for each in held}
        self._fails_at, self._alters, self._keeps = fails_at, alters, keeps
        self.calls = []

    def table(self):
        return dict(self.held)

    def announce(self, announcement):
        self._call("announce", announcement.nlri)
        altered = self._alters == announcement.nlri
        self.held[announcement.nlri] = one(9) if altered else announcement

    def withdraw(self, nlri):
        self._call("withdraw", nlri)
        if nlri != self._keeps:
            self.held.pop(nlri, None)

    def _call(self, what, nlri):
        self.calls.append((what, nlri))
        if len(self.calls) - 1 == self._fails_at:
            raise ApplyError("refused")


def names(*each):
    return frozenset(announcement.nlri for announcement in each)


def test_only_what_differs_is_done_announced_before_withdrawn():
    speaker = Speaker(A, B)
    plan = planned([OTHER_A, C], speaker.table(), names(A, B))
    push(speaker, plan)
    assert [what for what, _ in speaker.calls] == ["announce", "announce", "withdraw"]
    assert speaker.held == {A.nlri: OTHER_A, C.nlri: C}
    assert planned([OTHER_A, C], speaker.table(), names(A, C)).empty


def test_what_is_not_on_record_is_neither_withdrawn_nor_altered():
    assert planned([A], {A.nlri: A, B.nlri: B}, frozenset()).empty
    with pytest.raises(InputError, match="did not announce"):
        planned([OTHER_A], {A.nlri: A}, frozenset())
    with pytest.raises(InputError, match="did not announce"):
        planned([A], {A.nlri: None}, frozenset())


def test_what_is_gone_already_is_not_withdrawn():
    assert planned([], {}, names(A)).empty


@pytest.mark.parametrize("fails_at", range(3))
def test_a_call_that_fails_leaves_all_as_it_was(fails_at):
    speaker = Speaker(A, B, fails_at=fails_at)
    with pytest.raises(ApplyError, match=r"^refused$"):
        push(speaker, planned([OTHER_A, C], speaker.table(), names(A, B)))
    assert speaker.held == {A.nlri: A, B.nlri: B}


def test_accepted_and_altered_is_put_back():
    speaker = Speaker(A, alters=C.nlri)
    with pytest.raises(ApplyError, match="held otherwise"):
        push(speaker, planned([A, C], speaker.table(), names(A)))
    assert speaker.held == {A.nlri: A}


def test_what_stays_after_its_withdrawal_is_told():
    speaker = Speaker(A, B, keeps=B.nlri)
    with pytest.raises(ApplyError, match="distinguisher 2\\) stayed"):
        push(speaker, planned([A], speaker.table(), names(A, B)))
    assert speaker.held == {A.nlri: A, B.nlri: B}


def test_what_cannot_be_put_back_is_named():
    class Down(Speaker):
        def _call(self, what, nlri):
            self.calls.append((what, nlri))
            if len(self.calls) > 1:
                raise ApplyError("the line is down")

    speaker = Down(A)
    with pytest.raises(ApplyError, match=r"down; not put back as it was: .*\(distinguisher 1\)"):
        push(speaker, planned([OTHER_A, B], speaker.table(), names(A)))


class Pressing(Speaker):
    """Somebody presses Ctrl-C as the first one is announced, and again as it is put back."""

    def _call(self, what, nlri):
        super()._call(what, nlri)
        os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_puts_everything_back_and_a_second_one_does_not_break_that_off():
    speaker = Pressing(A)
    plan = planned([OTHER_A, C], speaker.table(), names(A))
    with pytest.raises(KeyboardInterrupt):
        push(speaker, plan)
    assert speaker.held == {A.nlri: A}


def test_ctrl_c_once_all_is_there_comes_too_late():
    speaker = Speaker()
    stands = []

    def committed():
        os.kill(os.getpid(), signal.SIGINT)
        stands.append(True)

    push(speaker, planned([A], {}, frozenset()), committed=committed)
    assert (speaker.held, stands) == ({A.nlri: A}, [True])


def test_of_a_speaker_that_is_silent_nobody_waits_for_each_answer():
    class Silent(Speaker):
        def _call(self, what, nlri):
            self.calls.append((what, nlri))
            if len(self.calls) > 2:
                raise SessionLostError("no answer")

    many = [one(number) for number in range(1, 31)]
    speaker = Silent()
    with pytest.raises(HalfDoneError, match=r"no answer; not put.* 20 more policies") as told:
        push(speaker, planned(many, {}, frozenset()))
    assert len(speaker.calls) == 4  # two were taken, one was not, and one was to be undone
    assert "on record as netkit's" in str(told.value.__notes__)
