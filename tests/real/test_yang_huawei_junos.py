"""Huawei and Junos files against the vendors' YANG: valid by themselves in every case; a broken
leaf is refused."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from router_states import router_states
from vendor_states import vendor_state
from yang import YANG, config_of, needs_yang

from netkit.emit.huawei.dialect import DIALECT as HUAWEI
from netkit.emit.junos.dialect import DIALECT as JUNOS

pytestmark = needs_yang

ALL = ("weighted", "backup", "binding", "ipv4", "flex")
HUAWEI_CASES = {
    "one-list": vendor_state(usid=False),
    "weighted": vendor_state(usid=False, cases=("weighted",)),
    "backup": vendor_state(usid=False, cases=("backup",)),
    "binding-sid": vendor_state(usid=False, cases=("binding",)),
    "all": vendor_state(usid=False, cases=ALL),
}
JUNOS_CASES = {
    "one-list": vendor_state(usid=False),
    "usid": vendor_state(),
    "weighted": vendor_state(usid=False, cases=("weighted",)),
    "backup": vendor_state(cases=("backup",)),
    "all": vendor_state(usid=False, cases=ALL),
    "all-usid": vendor_state(cases=ALL),
}


def said(folder: Path, text: str, modules: Path, first: str = "") -> str:
    """What yanglint says against, of a file and the ``modules`` of a vendor, which begin with
    comments; ``first`` is to lead them.

    It warns of conditions on modules that are loaded after those that have them: no file of netkit
    says anything that they are about.
    """
    path = folder / "router.xml"
    path.write_text(text, encoding="utf-8")
    loaded = [
        one
        for one in sorted(modules.glob("*.yang"), key=lambda one: (one.name != first, one.name))
        if re.search(r"^ *module ", one.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    command = ["yanglint", "-t", "config", "-p", modules, *loaded, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("libyang warn")]
    assert (done.returncode == 0) == (not lines), done.stderr
    return "\n".join(lines)


def huawei_says(folder: Path, text: str) -> str:
    return said(folder, text, YANG / "huawei-8.22.0", "huawei-ifm-trunk.yang")


def junos_says(folder: Path, text: str) -> str:
    return said(folder, text, YANG / "juniper" / "24.4R1")


def file_of(dialect, state) -> str:
    return config_of(dialect.render(dialect.carried(state))[".xml"])


@pytest.mark.parametrize("case", HUAWEI_CASES)
def test_huawei_files_are_valid(case, tmp_path):
    assert HUAWEI.exceeded(HUAWEI_CASES[case], "8.22") == ()
    assert huawei_says(tmp_path, file_of(HUAWEI, HUAWEI_CASES[case])) == ""


@pytest.mark.parametrize("case", JUNOS_CASES)
def test_junos_files_are_valid(case, tmp_path):
    assert junos_says(tmp_path, file_of(JUNOS, JUNOS_CASES[case])) == ""


@pytest.mark.parametrize(
    ("leaf", "broken"),
    [
        ("<name>algo0<", "<name>algo0-algo0-algo0-algo0-algo0-al<"),
        ("<prefix-length>48<", "<prefix-length>24<"),
        ("<static-length>80<", "<static-length>81<"),
        ("<flex-algo>128<", "<flex-algo>127<"),
        ("<value>0:0:0:1::<", "<value>one<"),
        ("<if-name>ge0<", "<if-name>ge7<"),
        ("<vpn-name>customers<", "<vpn-name>nobody<"),
        ("<locator>algo0<", "<locator>algo9<"),
        ("<name>to-kunming", "<name>to kunming"),
        ("<sid-value-2>5f00:0:2::<", "<sid-value-2>5f00:0:2<"),
        ("<endpoint>5f00:0:9::1<", "<endpoint>kunming<"),
        ("<dataplane>srv6<", "<dataplane>mpls<"),
        ("<hsb-enable>enable<", "<hsb-enable>maybe<"),
        ("<encapsulation-mode>encaps<", "<encapsulation-mode>red<"),
        ("<protocol-origin>configuration<", "<protocol-origin>bgp<"),
        ("<originator>0,0.0.0.0<", "<originator>1,0.0.0.0<"),
        ("<preference>400<", "<preference>401<"),
        ("<weight>3<", "<weight>-1<"),
        ("<path-mtu>", "<path-mtu>9"),
    ],
)
def test_a_broken_leaf_of_huawei_is_refused(leaf, broken, tmp_path):
    text = file_of(HUAWEI, HUAWEI_CASES["all"])
    assert leaf in text
    assert huawei_says(tmp_path, text.replace(leaf, broken, 1)) != ""


@pytest.mark.parametrize(
    ("leaf", "broken"),
    [
        ("<maximum-srv6-te-segment-list-depth>6<", "<maximum-srv6-te-segment-list-depth>7<"),
        ("<function-length>16<", "<function-length>15<"),
        ("<block-length>32<", "<block-length>113<"),
        ("<algorithm>128<", "<algorithm>256<"),
        ("<color>20000<", "<color>4294967296<"),
        ("<sr-preference>400<", "<sr-preference>-1<"),
        ("<weight>3<", "<weight>three<"),
        ("<name>to-kunming", f"<name>{'x' * 60}"),
        ("<secondary>", "<tertiary>"),
        ("<srv6-sid>", "<srv7-sid>"),
        ("<end-sid>", "<end-b6-sid>"),
    ],
)
def test_a_broken_leaf_of_junos_is_refused(leaf, broken, tmp_path):
    text = file_of(JUNOS, JUNOS_CASES["all"])
    assert leaf in text
    closed = text.replace(leaf.replace("<", "</"), broken.replace("<", "</"), 1)
    assert junos_says(tmp_path, closed.replace(leaf, broken, 1)) != ""


@given(router_states(usid=False))
@settings(max_examples=30, deadline=None, database=None)
def test_random_states_are_valid_for_huawei(tmp_path_factory, state):
    text = file_of(HUAWEI, state)
    assert huawei_says(tmp_path_factory.mktemp("huawei"), text) == ""


@given(router_states())
@settings(max_examples=30, deadline=None, database=None)
def test_random_states_are_valid_for_junos(tmp_path_factory, state):
    text = file_of(JUNOS, state)
    assert junos_says(tmp_path_factory.mktemp("junos"), text) == ""
