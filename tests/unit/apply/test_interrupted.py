"""Ctrl-C while a router is changed: all is taken back, whatever comes meanwhile; and what stands by
then stays."""

import os
import signal

import pytest
from kernel_objects import DictWorld

from netkit.apply.changes import by_key, changes
from netkit.apply.faults import HalfDoneError
from netkit.apply.journal import Journal, unfinished
from netkit.apply.objects import Rule, SidDevice
from netkit.apply.transaction import perform
from netkit.errors import ApplyError

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
        journal.begin("harbin", "boot", needed)
        perform(world, journal, needed, confirm)


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
        journal.begin("harbin", "boot", needed)
        perform(world, journal, needed)
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
