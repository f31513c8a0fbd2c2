"""Configurations as somebody copied them from a terminal."""

import re

import pytest
from vendor_samples import classic_router, usid_router

from netkit.emit.read_files import read_folder, read_saved
from netkit.emit.targets import dialect
from netkit.errors import InputError

ROUTERS = {
    "frr": usid_router(), "huawei": classic_router(), "iosxr": usid_router(),
    "junos": classic_router(), "sros": classic_router(),
}  # fmt: skip
SESSIONS = {
    "frr": ("r1# show running-config\n", "\nr1#"),
    "huawei": ("<r1>display current-configuration\n", "\n[~r1]quit\n<r1>"),
    "iosxr": ("RP/0/RP0/CPU0:r1#show running-config\n", "\nRP/0/RP0/CPU0:r1#\n"),
    "junos": ("root@r1> show configuration | no-more\n", "\n{master:0}\nroot@r1>"),
    "sros": ("[/]\nA:admin@r1# admin show configuration\n", "\n[/]\nA:admin@r1#"),
}
INDENTED = ("frr", "huawei", "iosxr")


def text_of(target: str) -> str:
    own = dialect(target)
    return own.render(own.carried(ROUTERS[target]))[own.suffixes[0]]


def saved(text: str, target: str | None = None):
    return read_saved(text, "r1", "saved.txt", target)


@pytest.mark.parametrize("target", SESSIONS)
def test_the_prompts_of_a_session_say_nothing(target):
    text = text_of(target)
    before, after = SESSIONS[target]
    read = saved(before + text + after)
    assert (read.target, read.state) == (target, saved(text).state)
    assert read.state.policies
    assert len(read.foreign) == len(saved(text).foreign)


def tabbed(line: str) -> str:
    bare = line.lstrip(" ")
    return (" " * (len(line) - len(bare))).replace(" " * 8, "\t") + bare


@pytest.mark.parametrize("target", INDENTED)
def test_a_tab_is_as_deep_as_a_terminal_shows_it(target):
    text = text_of(target)
    deep = re.sub("^ +", lambda blanks: blanks[0] * 4, text, flags=re.MULTILINE)
    with_tabs = "\n".join(map(tabbed, deep.split("\n")))
    assert "\n    \t" not in with_tabs
    assert "\n\t " in with_tabs
    assert saved(with_tabs).state == saved(text).state


@pytest.mark.parametrize("target", SESSIONS)
@pytest.mark.parametrize("mark", ["---- More ----", " --More-- ", "\x1b[42D x", "y\b\b z"])
def test_what_a_pager_wrote_over_is_refused_with_its_line(target, mark):
    lines = text_of(target).split("\n")
    with pytest.raises(InputError, match=r"saved\.txt:8: .* Save it without a pager"):
        saved("\n".join([*lines[:7], mark, *lines[7:]]), target)


@pytest.mark.parametrize("target", ["huawei", "iosxr", "junos", "sros"])
def test_lines_before_an_xml_are_refused_and_it_is_not_read_as_a_text_of_nothing(target):
    own = dialect(target)
    xml = own.render(own.carried(ROUTERS[target]))[".xml"]
    assert saved(xml).state.policies
    for before in ("<r1>display xml\n", "Building configuration...\n"):
        with pytest.raises(InputError, match=r"saved\.txt:2: other lines stand before the XML"):
            saved(before + xml, target)


@pytest.mark.parametrize("name", ["a.ip", "a.cfg", "a.conf", "a.json", "a.xml"])
def test_an_empty_file_is_no_router_that_holds_nothing(name: str) -> None:
    """Pushed, it would have everything withdrawn."""
    with pytest.raises(InputError, match=f"^{name}:1: the file is empty"):
        read_folder({name: "\n \n", "b.json": ""})
    with pytest.raises(InputError, match="saved:1: the file is empty"):
        read_saved("", "a", "saved", "linux")
