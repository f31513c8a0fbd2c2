"""Which configurations are to be applied, and what is said where it is not clear."""

from __future__ import annotations

from pathlib import Path

import pytest
from goldens import ROOT

from netkit.api import load_topology
from netkit.apply.linux import trial
from netkit.errors import InputError, PrivilegeError
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.store.output_folder import output_folder
from netkit.workflows.emit import router_files
from netkit.workflows.plan import make_plan
from netkit.workflows.routers.apply import FRR, LINUX, planned, wanted_of


def test_a_folder_of_several_targets_names_the_one_that_is_meant(tmp_path: Path) -> None:
    for name in ("linux", "json"):
        (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=f"Name {tmp_path}/linux$"):
        wanted_of(tmp_path, "a")
    with pytest.raises(InputError, match="Have them emitted for frr first"):
        wanted_of(tmp_path, "a", FRR)


def test_the_routers_of_a_folder_are_named_where_none_is_chosen(tmp_path: Path) -> None:
    for name in ("a.ip", "b.ip"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match="which router this is; expected a or b"):
        wanted_of(tmp_path, None)


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("xidan.ip", 0, "the file is empty"),
        ("xidan.nft", 0, "the file is empty"),
        ("xidan.nft", 3, "ends before its last brace"),
        ("xidan.nft", 9, "ends before its last brace"),
        ("xidan.nft", -2, "ends before its last brace"),
        ("xidan.ip", -3, "its last line has no end"),
        ("xidan.nft", -3, "its last line has no end"),
    ],
)
def test_a_file_that_is_cut_is_not_applied(
    tmp_path: Path, name: str, lines: int, said: str
) -> None:
    """What is not in it would be taken from the router: the edge filter, or everything."""
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    for suffix, text in next(
        one.files for one in router_files(topology, Plan("lab-metro", "", ()), LINUX)
        if one.router == "xidan"
    ).items():  # fmt: skip
        (tmp_path / f"xidan{suffix}").write_text(text)
    assert wanted_of(tmp_path, "xidan").objects
    text = (tmp_path / name).read_text()
    kept = text[:lines] if lines < 0 else "".join(text.splitlines(keepends=True)[:lines])
    (tmp_path / name).write_text(kept)
    with pytest.raises(InputError, match=said) as told:
        wanted_of(tmp_path, "xidan")
    assert f"{tmp_path / name}:" in str(told.value)


def test_without_the_privilege_to_try_sids_it_is_said_what_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused() -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(trial, "_unshare", refused)
    with pytest.raises(PrivilegeError, match="CAP_SYS_ADMIN and CAP_NET_ADMIN"):
        trial.refused_forms(())


def test_what_a_folder_was_made_from_goes_with_its_files_as_long_as_they_are_it(
    tmp_path: Path,
) -> None:
    made_from = {"topology": "small", "topology_digest": "sha256:1", "plan": "sha256:2"}
    with output_folder(tmp_path, kind="configurations", of="small") as made:
        made.made_from = made_from
        for name in ("a.ip", "a.nft", "b.ip", "b.nft"):
            made.write(name, f"# {name}: no edge filter of netkit\n")
    assert wanted_of(tmp_path, "a").origin == made_from
    (tmp_path / "b.ip").write_text("# by hand\n")
    assert wanted_of(tmp_path, "b").origin == {}
    assert wanted_of(tmp_path, "a").origin == made_from
    (tmp_path / ".netkit-manifest.json").write_text("[")
    assert wanted_of(tmp_path, "a").origin == {}


def test_what_is_planned_here_says_of_which_plan_and_topology_it_is() -> None:
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    name = topology.active_nodes[0].name
    plans = [
        make_plan(DemandSet(topology, tier_demands(topology, pairs, PROFILES["2023"])),
                  PlanOptions(joint=False))
        for pairs in ([("changping", "haidian")], [("changping", "tongzhou")])
    ]  # fmt: skip
    first, second = (
        planned(Path("lab"), topology, plan, name, topology_digest="sha256:0").origin
        for plan in plans
    )
    assert first["topology"] == "lab-metro"
    assert first["topology_digest"] == "sha256:0"
    assert first["plan"] != second["plan"]
