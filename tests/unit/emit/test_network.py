"""A network of several platforms: each router in its own words, all limits before any file."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from goldens import ROOT

from netkit.api import load_topology, plan
from netkit.emit.frr.grammar import GRAMMARS
from netkit.emit.huawei import limits as huawei
from netkit.emit.iosxr import limits as iosxr
from netkit.emit.junos import limits as junos
from netkit.emit.limits import Exceeded, Limits, exceeded
from netkit.emit.linux import kernels
from netkit.emit.network import desired_network, network_files, targets_of
from netkit.emit.read_files import read_folder
from netkit.emit.sros import limits as sros
from netkit.emit.targets import TARGETS, dialect
from netkit.errors import InputError
from netkit.model.network.advertised import LinkEnd
from netkit.model.network.platform import KNOWN_VERSIONS, PLATFORMS, Platform
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands


@pytest.fixture(scope="module")
def metro():
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    platforms = {"xidan": Platform("linux", "6.12"), "haidian": Platform("linux")}
    nodes = tuple(replace(one, platform=platforms.get(one.name)) for one in topology.nodes)
    topology = replace(topology, nodes=nodes)
    return topology, plan(topology, permutations(topology.node, 2))


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_loads_and_says_its_name(name: str) -> None:
    own = dialect(name)
    assert own.name == name
    assert name == "json" or name in PLATFORMS
    assert all(suffix.startswith(".") for suffix in own.suffixes)


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_writes_what_it_reads_and_the_same_bytes_again(name: str, metro) -> None:
    topology, answers = metro
    targets = targets_of(topology, name)
    made = [files for usid in (False, True) if (files := taken(topology, answers, targets, usid))]
    assert made, "neither classic SIDs nor uSIDs can be written"
    first, second = made[0]
    assert first == second
    assert [one.router for one in first] == [node.name for node in topology.active_nodes]
    for one in first:
        assert set(one.files) == set(dialect(name).suffixes)
        assert dialect(name).parse(one.files, one.router).foreign == ()


def taken(topology, answers, targets, usid: bool):
    """The files twice over; None where the platform does not take SIDs of that kind."""
    if usid:
        demands = [pair.demand for pair in answers.pairs]
        answers = plan_demands(topology, demands, PlanOptions(usid=True))
    network = desired_network(topology, answers, usid=usid)
    try:
        return [list(network_files(network, targets, sids_by_hand=True)) for _ in range(2)]
    except InputError as error:
        if all("kind of SID" in one.what for one in error.problems):
            return None
        raise


@pytest.mark.parametrize("name", ["frr", "iosxr", "junos", "sros"])
def test_lists_over_sids_that_a_router_cannot_have_are_refused(name: str, metro) -> None:
    """xidan has two parallel links, so that some list names one of them by its uA."""
    topology, answers = metro
    demands = [pair.demand for pair in answers.pairs]
    packed = plan_demands(topology, demands, PlanOptions(usid=True))
    with pytest.raises(InputError) as refused:
        network_files(desired_network(topology, packed), targets_of(topology, name))
    problems = refused.value.problems
    assert {one.value for one in problems} == {"5f00:0:1:e003::", "5f00:0:5:e000::"}
    assert {one.field for one in problems} == {"sids_by_hand"}
    said = str(refused.value)
    assert f"xidan ({name}): policy " in said
    assert f"over a SID that xidan ({name}) cannot have: " in said
    assert "; expected a uN" in said


def test_of_a_mixed_network_the_router_that_has_the_sid_decides(metro) -> None:
    topology, answers = metro
    demands = [pair.demand for pair in answers.pairs]
    packed = plan_demands(topology, demands, PlanOptions(usid=True))

    def refused(**platforms: str) -> set[str | None]:
        targets = {node.name: "linux" for node in topology.active_nodes} | platforms
        try:
            network_files(desired_network(topology, packed), targets)
        except InputError as error:
            return {one.value for one in error.problems}
        return set()

    assert refused() == set()
    assert refused(changping="junos") == set(), "nobody's list goes over a uA of changping"
    assert refused(xidan="junos") == {"5f00:0:1:e003::"}
    assert refused(changping="iosxr") == {"5f00:0:3:d046::"}, "uDT6: lists of Linux end with it"


def test_an_unknown_target_names_the_nearest(metro) -> None:
    with pytest.raises(InputError, match="Did you mean 'linux'"):
        targets_of(metro[0], "linx")


def test_platforms_rule_where_no_target_is_given(metro) -> None:
    topology, _ = metro
    assert set(targets_of(topology).values()) == {"linux"}
    assert set(targets_of(topology, "json").values()) == {"json"}


def test_one_plan_gives_each_router_the_words_of_its_platform(metro) -> None:
    topology, answers = metro
    classic = [name for name in ("huawei", "junos", "linux", "sros") if name in TARGETS]
    platforms = {
        node.name: Platform(classic[place % len(classic)])
        for place, node in enumerate(topology.active_nodes)
    }
    nodes = tuple(replace(one, platform=platforms[one.name]) for one in topology.nodes)
    mixed = replace(topology, nodes=nodes)
    made = list(network_files(desired_network(mixed, answers), targets_of(mixed)))
    assert {one.router: one.target for one in made} == {
        name: platform.name for name, platform in platforms.items()
    }
    files = {f"{one.router}{suffix}": text for one in made for suffix, text in one.files.items()}
    read = read_folder(files)
    assert {name: one.target for name, one in read.items()} == targets_of(mixed)


def test_a_platform_that_nothing_is_written_for_is_told_for_every_router(
    metro, monkeypatch
) -> None:
    topology, _ = metro
    nodes = tuple(replace(one, platform=Platform("none")) for one in topology.nodes)
    with pytest.raises(InputError) as refused:
        targets_of(replace(topology, nodes=nodes))
    assert len(refused.value.problems) == len(topology.nodes)
    assert {one.field for one in refused.value.problems} == {"target"}


def test_the_versions_that_are_known_are_those_of_the_rooms() -> None:
    assert {
        "frr": tuple(map(str, GRAMMARS)),
        "huawei": tuple(huawei.LIMITS),
        "iosxr": tuple(iosxr.RELEASES),
        "junos": tuple(junos.LIMITS),
        "linux": tuple(sorted(set(kernels.SINCE.values()))),
        "sros": tuple(sros.VERSIONS),
    } == KNOWN_VERSIONS


def test_a_version_older_than_all_that_are_known_is_said(metro) -> None:
    topology, answers = metro

    def said(word: str) -> list[str]:
        name, version = word.split("/")
        nodes = tuple(replace(one, platform=Platform(name, version)) for one in topology.nodes)
        old = replace(topology, nodes=nodes)
        made = network_files(desired_network(old, answers), targets_of(old))
        left = [one for router in made for one in router.left_out]
        return [f"{one.what}: {one.why}" for one in left if one.what.startswith("limits of")]

    assert said("junos/12.3R1") == 5 * [
        "limits of junos 12.3R1: none older than those of 24.4 are known, which were taken"
    ]
    assert said("junos/24.4R2") == said("linux/4.19") == []


def test_lists_over_uas_that_a_kernel_has_not_are_refused(metro) -> None:
    """Linux 6.1 would take the SID and drop its flavor: packets would end there."""
    topology, answers = metro
    demands = [pair.demand for pair in answers.pairs]
    packed = plan_demands(topology, demands, PlanOptions(usid=True))

    def made(version: str | None):
        platform = Platform("linux", version)
        nodes = tuple(replace(one, platform=platform) for one in topology.nodes)
        old = replace(topology, nodes=nodes)
        return network_files(desired_network(old, packed), targets_of(old))

    assert len(list(made("6.12"))) == len(list(made(None))) == 5
    with pytest.raises(InputError) as refused:
        made("6.1.0-28-amd64")
    said = str(refused.value)
    assert "cannot have: Linux has End.X with NEXT-CSID from 6.6 on: 5f00:0:5:e000::" in said
    with pytest.raises(InputError, match="Linux has End with NEXT-CSID"):
        made("5.15")


def test_all_limits_of_all_routers_are_told_before_a_file(metro, monkeypatch) -> None:
    topology, answers = metro
    asked: list[tuple[str, str | None]] = []

    def tight(state, version) -> tuple[Exceeded, ...]:
        asked.append((state.router, version))
        return exceeded(state, Limits(colors=range(1, 2)))

    monkeypatch.setattr(type(dialect("linux")), "exceeded", lambda _, *args: tight(*args))
    with pytest.raises(InputError) as refused:
        network_files(desired_network(topology, answers), targets_of(topology))
    assert dict(asked)["xidan"] == "6.12"
    assert dict(asked)["haidian"] is None
    assert len(refused.value.problems) == sum(pair.primary is not None for pair in answers.pairs)
    assert "xidan (linux): policy to-haidian-1000us: color: 1000; expected 1 to 1" in str(
        refused.value
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("huawei", "VRP asks for the interface"),
        ("junos", "Junos asks for the interface"),
        ("sros", "names of interfaces have 1 to 32 characters"),
    ],
)
def test_a_list_over_a_sid_that_a_routers_files_leave_out_is_refused(metro, name, why) -> None:
    """A packet over it is dropped there, however well the file says that it is left out."""
    topology, _ = metro
    ends = {"end_a": LinkEnd(interface='GE "0/1"/0'), "end_b": LinkEnd(interface="0 / 2")}
    links = tuple(replace(one, **ends) for one in topology.links)
    odd = replace(topology, links=links)
    network = desired_network(odd, plan(odd, permutations(odd.node, 2)))
    targets = targets_of(odd, name)
    with pytest.raises(InputError, match=rf"\({name}\) cannot have: {why}") as refused:
        network_files(network, targets)
    assert {one.field for one in refused.value.problems} == {"sids_by_hand"}
    for one in network_files(network, targets, sids_by_hand=True):
        dialect(name).parse(one.files, one.router)
