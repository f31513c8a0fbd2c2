"""The platform of a node: read, written, and refused with its line and the nearest known name."""

from __future__ import annotations

import pytest

from netkit.errors import InputError
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.model.network.platform import PLATFORMS, Platform

FILE = """netkit: topology/1
name: one
nodes:
  - {name: a, role: core}
  - name: b
    role: core
    platform: WORD
"""


def parsed(word: str):
    return parse_topology(FILE.replace("WORD", word), "one.yaml")


@pytest.mark.parametrize(
    ("word", "platform"),
    [
        ("huawei/8.22", Platform("huawei", "8.22")),
        ("sros/24.10.R1", Platform("sros", "24.10.R1")),
        ("huawei/V800R023C00", Platform("huawei", "V800R023C00")),
        ("linux", Platform("linux")),
    ],
)
def test_a_platform_is_read_and_written(word: str, platform: Platform) -> None:
    topology = parsed(word)
    assert topology.node["b"].platform == platform
    assert str(platform) == word
    assert topology.node["a"].platform is None
    assert parse_topology(dump_topology(topology), "again.yaml") == topology


@pytest.mark.parametrize("word", PLATFORMS)
def test_every_platform_can_be_stated(word: str) -> None:
    assert parsed(word).node["b"].platform == Platform(word)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Huawai/8.22", "Did you mean 'huawei'?"),
        ("sross", "Did you mean 'sros'?"),
        ("cisco", "one of frr, huawei, ietf, iosxr, junos, linux, sonic, sros"),
        ("huawei/", "a version behind the slash"),
        ("huawei/eight", "begins with its number, as huawei/8.22: netkit knows 8.22, each up to"),
        ("iosxr/latest", "iosxr/26.2.1: netkit knows 24.4.2, 25.4.1, 26.1.1, 26.2.1, each up to"),
        (
            "sonic/master",
            "begins with its number, as sonic/1.2. Leave it out",
        ),
        ("'huawei/8 22'", "a version behind the slash"),
        ("7", "text"),
    ],
)
def test_what_is_no_platform_is_told_with_its_line(word: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        parsed(word)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("one.yaml", 7)
    assert told in str(problem)
