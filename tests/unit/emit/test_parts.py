"""A text that was saved from a router is compared as that text can say things."""

from dataclasses import replace

import pytest
from vendor_samples import classic_router, usid_router

from netkit.emit.network_diff import Side, compare
from netkit.emit.read_files import read_saved
from netkit.emit.targets import dialect

ROUTERS = {"iosxr": usid_router(), "sros": classic_router()}


def saved(target, suffix, change=("", "")):
    state = ROUTERS[target]
    own = dialect(target)
    text = own.render(own.carried(state))[suffix].replace(*change)
    read = read_saved(text, state.router, f"saved{suffix}", target)
    states, targets = {state.router: read.state}, {state.router: target}
    return Side(suffix, states, targets, {}, single=True, suffix=read.suffix)


def planned(target):
    state = ROUTERS[target]
    return Side("plan", {state.router: state}, {}, {})


@pytest.mark.parametrize("target", ROUTERS)
@pytest.mark.parametrize("suffix", [".cfg", ".xml"])
def test_what_was_planned_is_what_was_saved(target, suffix):
    assert compare(planned(target), saved(target, suffix)).none
    assert compare(saved(target, suffix), planned(target)).none


@pytest.mark.parametrize("target", ROUTERS)
def test_the_text_and_the_xml_of_one_router_are_the_same(target):
    assert compare(saved(target, ".cfg"), saved(target, ".xml")).none


@pytest.mark.parametrize("target", ROUTERS)
def test_what_the_text_says_otherwise_is_told(target):
    changed = saved(target, ".cfg", ("preference 100", "preference 99"))
    assert not compare(planned(target), changed).none


@pytest.mark.parametrize("target", ROUTERS)
def test_a_file_says_whose_it_is_by_its_header(target):
    own = dialect(target)
    empty = own.render(own.carried(type(ROUTERS[target])("empty")))
    assert read_saved(empty[".cfg"], "empty", "empty.cfg").target == target


@pytest.mark.parametrize(
    ("file", "whose"),
    [("pe1", "pe1"), ("pe1.sh", "pe1.sh"), ("pe1.sh.saved", "pe1.sh"), ("pe1.old", "pe1")],
)
def test_a_file_is_of_the_router_whose_whole_name_it_begins_with(file, whose):
    state = classic_router()
    routers = {name: replace(state, router=name) for name in ("pe1", "pe1.sh", "pe1.bj")}
    own = Side(
        file, {file: replace(state, router=file)}, {file: "json"}, {}, single=True, sure=False
    )
    found = compare(Side("plan", routers, {}, {}), own)
    assert found.same == (whose,)
