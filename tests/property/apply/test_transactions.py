"""Whatever goes wrong at whichever step, a router is as it was or as it should be."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_objects import DictWorld, Died, holdings

from netkit.apply.change_json import change_from_json, change_to_json
from netkit.apply.changes import changes
from netkit.apply.journal import Journal, unfinished
from netkit.apply.objects import Route, Seg6Local, SidDevice
from netkit.apply.transaction import perform, take_back
from netkit.errors import ApplyError


def state(held):
    return {one.key: one for one in held}


@settings(max_examples=examples(100, one_in=3))
@given(holdings(), holdings())
def test_changes_lead_from_one_state_to_the_other_and_their_inverses_back(before, after):
    wanted = changes(before, after)
    world = DictWorld(before)
    for one in wanted:
        world.make(one)
    assert world.things == state(after)
    for one in reversed(wanted):
        world.make(one.inverse)
    assert world.things == state(before)
    assert changes(after, after) == ()
    assert [change_from_json(change_to_json(one)) for one in wanted] == list(wanted)


@settings(max_examples=examples(100, one_in=3))
@given(holdings(), holdings())
def test_it_is_made_before_it_is_broken(before, after):
    """No step leaves a route on a device that is gone, and SIDs stand before what uses them."""
    world = DictWorld(before)
    wanted = changes(before, after)
    kept = state(before).keys() & state(after).keys()
    for one in wanted:
        world.make(one)
        assert kept <= world.things.keys(), "what is there before and after is never absent"
        on_device = [held for held in world.things.values() if isinstance(held, Route)]
        assert SidDevice("sr0").key in world.things or not any(route.device for route in on_device)
    new = [one for one in wanted if one.after is not None]
    sids = [n for n, one in enumerate(new) if isinstance(getattr(one.after, "encap", None),
                                                         Seg6Local)]  # fmt: skip
    policies = [n for n, one in enumerate(new) if isinstance(one.after, Route)
                and one.after.table == 100]  # fmt: skip
    assert not sids or not policies or max(sids) < min(policies)


@settings(max_examples=examples(100, one_in=3))
@given(holdings(), holdings(), st.sampled_from(["refused", "not kept"]), st.integers(0, 30))
def test_what_the_router_refuses_or_does_not_keep_is_all_taken_back(before, after, fault, at):
    wanted = changes(before, after)
    world = DictWorld(before, fault, at)
    with TemporaryDirectory() as folder, Journal(Path(folder, "j")) as journal:
        announce = partial(journal.begin, "harbin", "boot", wanted)
        hit = at < len(wanted) and (fault == "refused" or wanted[at].after is not None)
        if hit:
            with pytest.raises(ApplyError):
                perform(world, journal, wanted, announce)
            assert world.things == state(before)
        else:
            perform(world, journal, wanted, announce)
            assert world.things == state(after)
        assert unfinished(Path(folder, "j")) is None


@settings(max_examples=examples(100, one_in=3))
@given(holdings(), holdings(), st.sampled_from(["dies before", "dies after"]), st.integers(0, 30))
def test_a_crash_at_any_step_is_recovered_from_the_journal(before, after, fault, at):
    wanted = changes(before, after)
    world = DictWorld(before, fault, at)
    with TemporaryDirectory() as folder:
        path = Path(folder, "j")
        with Journal(path) as journal, patch("netkit.apply.transaction._undo"):
            announce = partial(journal.begin, "harbin", "boot", wanted)
            try:
                perform(world, journal, wanted, announce)
            except Died:
                found = unfinished(path)
                assert found is not None
                assert found.changes == wanted
                assert take_back(world, found.changes) == ()
                assert world.things == state(before)
                journal.undone()
            else:
                assert world.things == state(after)
        assert unfinished(path) is None


@settings(max_examples=examples(100, one_in=3))
@given(holdings(), holdings(), st.data())
def test_a_journal_cut_anywhere_says_what_was_begun_or_that_nothing_was(before, after, data):
    wanted = changes(before, after)
    with TemporaryDirectory() as folder:
        path = Path(folder, "j")
        with Journal(path) as journal:
            journal.begin("harbin", "boot", wanted)
            begun = path.stat().st_size
            for number in range(len(wanted)):
                journal.done(number)
        whole = path.read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        path.write_bytes(whole[:cut])
        found = unfinished(path)
        assert (found is None) == (cut < begun)
        assert found is None or found.changes == wanted
