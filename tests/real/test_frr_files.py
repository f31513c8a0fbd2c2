"""FRR as Debian has it, with netkit's files: it takes every line, and the kernel has what it took.

Routes in VRFs want VRF devices, which not every kernel has: what is loaded is in the default VRF,
what is checked in VRFs as well.
"""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from plan_cases import national_states
from router_states import router_states
from trees import recorded
from vendor_states import vendor_state

from netkit.emit.frr.dialect import DIALECT

NEWER = {"encapsulation", "static-sids", "segment-routing srv6"}
"""Nodes that FRR 8.4 does not know. Of routes it does not know the segments, of locators nothing
but the prefix and its function bits."""


def known_to_8_4(text: str) -> str:
    """What is left without the nodes and routes that came later."""
    lines, inside = [], False
    for line in re.sub(r" block-len \d+ node-len \d+|\n *behavior usid", "", text).splitlines():
        inside = inside or line.strip() in NEWER
        if not inside and " segments " not in line:
            lines.append(line)
        inside = inside and line.strip() != "exit"
    return "\n".join(lines) + "\n"


def drawn(strategy, count: int) -> list:
    """So many random values."""
    found = []

    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def collect(value):
        found.append(value)

    collect()
    return found


def in_default_vrf(state):
    """The same with all of it in the default VRF."""
    return replace(
        state,
        sids=tuple(replace(sid, vrf=None) for sid in state.sids),
        policies=tuple(
            replace(one, steering=tuple(replace(into, vrf=None) for into in one.steering))
            for one in state.policies
        ),
    )


LIVE = in_default_vrf(vendor_state(cases=("backup",)))


def several_sids():
    """A policy of lists of three SIDs each, which stand behind each other."""
    state = in_default_vrf(vendor_state(usid=False, cases=("backup",)))
    return replace(LIVE, policies=state.policies)


def text_of(state) -> str:
    return DIALECT.render(DIALECT.carried(state))[".conf"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Many random states, and all routers of the national plan, as files."""
    folder = tmp_path_factory.mktemp("files")
    states = {f"random{n}": one for n, one in enumerate(drawn(router_states(usid=True), 60))}
    states["backup"] = vendor_state(cases=("backup", "flex"))
    states |= national_states(usid=True)
    for name, state in states.items():
        (folder / f"{name}.conf").write_text(text_of(state))
    return sorted(folder.glob("*.conf"))


def test_frr_10_3_takes_every_line(files):
    out = recorded("trixie", "frr_files.py", *files)
    complaints = json.loads((out / "checked.json").read_text())
    assert len(complaints) == len(files) == 61 + len(national_states(usid=True))
    assert {name: said for name, said in complaints.items() if said} == {}


def test_frr_8_4_complains_of_nothing_that_it_knows(files, tmp_path):
    known = [tmp_path / path.name for path in files]
    for path, old in zip(files, known, strict=True):
        old.write_text(known_to_8_4(path.read_text()))
        assert " func-bits 16" in old.read_text()
    out = recorded("bookworm", "frr_files.py", *known)
    complaints = json.loads((out / "checked.json").read_text())
    assert len(complaints) == len(files)
    assert {name: said for name, said in complaints.items() if said} == {}


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """What became of a file that was loaded twice, and of its primary route taken away."""
    folder = tmp_path_factory.mktemp("live")
    text = text_of(several_sids())
    primary = next(line for line in text.splitlines() if line.startswith("ipv6 route"))
    (folder / "live.conf").write_text(text)
    (folder / "undo.conf").write_text(f"no {primary}\n")
    return recorded("trixie", "frr_files.py", folder / "live.conf", folder / "undo.conf")


def kernel(out, step: str) -> dict[str, dict]:
    return {one["dst"]: one for one in json.loads((out / f"{step}.json").read_text())}


@pytest.mark.parametrize("step", ["first", "again"])
def test_the_kernel_has_what_frr_took_also_when_it_is_loaded_twice(live, step):
    found = kernel(live, step)
    route = found["2001:db8:9::/48"]
    assert route["encap"]["segs"] == ["5f00:0:1:e001::", "5f00:0:2::", "5f00:0:9:d046::"]
    node, service = found["5f00:0:7::/48"]["encap"], found["5f00:0:7:d046::/64"]["encap"]
    assert (node["action"], node["flavors"]) == ("End", ["next-csid"])
    assert (node["lblen"], node["nflen"]) == (32, 16)
    assert service["action"] == "End.DT6"
    assert len(found) == 3


@pytest.mark.parametrize("step", ["first", "again"])
def test_what_frr_shows_is_the_state_that_was_asked_for(live, step):
    parsed = DIALECT.parse({".conf": (live / f"{step}.conf").read_text()}, "lanzhou")
    assert parsed.state == DIALECT.carried(several_sids()).state


def test_with_the_primary_gone_packets_take_the_backup_and_sids_stay(live):
    found = kernel(live, "undone")
    assert found["2001:db8:9::/48"]["encap"]["segs"] == [
        "5f00:0:5::", "5f00:0:6:e002::", "5f00:0:9:d046::"
    ]  # fmt: skip
    assert {"5f00:0:7::/48", "5f00:0:7:d046::/64"} <= found.keys()
