"""Ctrl-C while a router is changed: all is taken back, whatever comes meanwhile; and what stands by
then stays."""

import errno
import os
import re
import signal
import sys
from functools import partial

import pytest
from kernel_objects import DictWorld

from netkit.apply.changes import by_key, changes
from netkit.apply.faults import HalfDoneError
from netkit.apply.frr.vtysh import Vtysh
from netkit.apply.journal import Journal, unfinished
from netkit.apply.namespace import Identity
from netkit.apply.objects import Rule, SidDevice
from netkit.apply.place import FRR, KERNEL, Site
from netkit.apply.transaction import perform
from netkit.errors import ApplyError, InputError
from netkit.interrupts import uninterrupted

BEFORE = (SidDevice("sr0"), Rule("cust0", 100, 100))
AFTER = (SidDevice("sr0"), SidDevice("sr1"), Rule("cust0", 101, 100))


def ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


class Pressing(DictWorld):
    """Whoever is at the keyboard presses Ctrl-C again at every change that is taken back."""

    undoing = False

    def make(self, change):
        if self.undoing:
            ctrl_c()
        super().make(change)


def performed(world, path, confirm) -> None:
    needed = changes(BEFORE, AFTER)
    with Journal(path) as journal:
        announce = partial(journal.begin, "harbin", "boot", needed)
        perform(world, journal, needed, announce, confirm)


def test_ctrl_c_takes_all_back_and_a_second_one_does_not_break_that_off(tmp_path):
    world = Pressing(BEFORE)

    def interrupted():
        assert world.things == by_key(AFTER)
        world.undoing = True
        ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        performed(world, tmp_path / "journal", interrupted)
    assert world.things == by_key(BEFORE)
    assert unfinished(tmp_path / "journal") is None


class PressedAtCommit(Journal):
    """Ctrl-C comes as the last line is being written."""

    def commit(self) -> None:
        ctrl_c()
        super().commit()


def test_ctrl_c_that_comes_with_the_commit_comes_too_late(tmp_path):
    world, needed = DictWorld(BEFORE), changes(BEFORE, AFTER)
    with PressedAtCommit(tmp_path / "journal") as journal:
        announce = partial(journal.begin, "harbin", "boot", needed)
        perform(world, journal, needed, announce)
    assert world.things == by_key(AFTER)
    assert unfinished(tmp_path / "journal") is None


class Stubborn(DictWorld):
    """A router that refuses everything once something went wrong."""

    refuses = False

    def make(self, change):
        if self.refuses:
            raise ApplyError("no more of it")
        super().make(change)


def test_what_cannot_be_put_back_is_named_and_left_to_recovery(tmp_path):
    world = Stubborn(BEFORE)

    def fails():
        world.refuses = True
        raise ApplyError("the tier is not kept")

    with pytest.raises(HalfDoneError) as caught:
        performed(world, tmp_path / "journal", fails)
    said = str(caught.value)
    assert said.startswith("the tier is not kept\nand these could not be put back")
    assert "device sr1: no more of it" in said
    left = unfinished(tmp_path / "journal")
    assert left is not None
    assert left.changes == changes(BEFORE, AFTER)


@pytest.mark.parametrize(
    ("kind", "command"),
    [(KERNEL, "(netkit apply --recover tries"), (FRR, "(netkit apply --recover --frr tries")],
)
def test_the_command_that_tries_again_is_that_of_what_is_half_done(tmp_path, kind, command):
    world = Stubborn(BEFORE)

    def fails():
        world.refuses = True
        raise ApplyError("the tier is not kept")

    site = Site(Identity("boot", 7), tmp_path, kind)
    with pytest.raises(HalfDoneError, match=re.escape(command)):
        site.perform("harbin", world, changes(BEFORE, AFTER), fails, lambda: None)


def test_a_change_of_before_a_reboot_is_let_go_once_what_there_is_of_it_was_looked_at(tmp_path):
    """Where FRR does not answer yet, the next --recover is told of it again."""
    site = Site(Identity("now", 7), tmp_path, FRR)
    with Journal(site.journal) as journal:
        journal.begin("harbin", "before", changes(BEFORE, AFTER))

    def silent(left):
        raise ApplyError("no FRR answers")

    with pytest.raises(ApplyError, match="no FRR answers"):
        site.recover(DictWorld(()), started_anew=silent)
    assert unfinished(site.journal) is not None
    with pytest.raises(InputError, match="saved"):
        site.recover(DictWorld(()), started_anew=lambda _: InputError.single("it was saved"))
    assert site.recover(DictWorld(())) is None
    assert unfinished(site.journal) is None


def test_ctrl_c_before_the_first_change_leaves_no_journal_half_done(tmp_path):
    world, needed = DictWorld(BEFORE), changes(BEFORE, AFTER)
    with Journal(tmp_path / "journal") as journal:

        def announce():
            journal.begin("harbin", "boot", needed)
            ctrl_c()

        with pytest.raises(KeyboardInterrupt):
            perform(world, journal, needed, announce)
    assert world.things == by_key(BEFORE)
    assert unfinished(tmp_path / "journal") is None


def test_ctrl_c_within_a_call_that_must_be_whole_comes_after_it():
    done = []

    def call():
        ctrl_c()
        done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        uninterrupted(call)
    assert done == ["whole"]


def test_a_full_disk_leaves_the_old_state_and_nothing_half_done(tmp_path):
    class Full(Journal):
        def _line(self, document, *, wait=True):
            if "begin" not in document:
                raise OSError(errno.ENOSPC, "No space left on device")
            super()._line(document, wait=wait)

    world, needed = DictWorld(BEFORE), changes(BEFORE, AFTER)
    with Full(tmp_path / "journal") as journal:
        announce = partial(journal.begin, "harbin", "boot", needed)
        with pytest.raises(OSError, match="No space left"):
            perform(world, journal, needed, announce)
    assert world.things == by_key(BEFORE)
    assert unfinished(tmp_path / "journal") is None


def test_commands_are_out_of_reach_of_ctrl_c_at_a_terminal():
    words = [sys.executable, "-c", "import os; print(os.getpgrp() == os.getpid())"]
    assert Vtysh(words).run([]).strip() == "True"
