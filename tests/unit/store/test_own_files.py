"""A file that somebody else wrote, or has changed, is not written over by any command."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT

from netkit.errors import ExitCode
from netkit.model.measurement.sample_row import SAMPLE_COLUMNS
from netkit.store.own_files import is_document, is_page, is_signed, signed

REGION = ROOT / "topologies" / "lab-region.yaml"
COMMANDS = {
    "mine.yaml": ("topo", "convert", REGION, "-o"),
    "import.yaml": ("topo", "import", REGION, "-o"),
    "plan.json": ("plan", REGION, "-o"),
    "survive.json": ("plan", "survive", REGION, "-o"),
    "built.yaml": ("advise", REGION, "-o"),
    "page.html": ("advise", REGION, "--html"),
}
GOOD = (ExitCode.OK, ExitCode.BREACH)


@pytest.mark.parametrize("name", COMMANDS)
def test_only_what_netkit_wrote_is_replaced(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("")  # made by touch: nothing to lose
    for _ in range(2):
        assert netkit(*COMMANDS[name], path).returncode in GOOD
    written = path.read_text()
    for foreign in ("theirs\n", '{"schema": "theirs/1"}', f"theirs\n{written}"):
        path.write_text(foreign)
        done = netkit(*COMMANDS[name], path)
        assert done.returncode == ExitCode.UNKNOWN
        assert f"{path}: will not be overwritten: not written by netkit" in done.stderr
        assert path.read_text() == foreign
    assert sorted(one.name for one in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize("command", ["convert", "import"])
def test_a_topology_that_somebody_has_edited_is_kept(tmp_path: Path, command: str) -> None:
    path = tmp_path / "mine.yaml"
    assert netkit("topo", command, REGION, "-o", path).returncode == ExitCode.OK
    edited = path.read_text().replace("lab-region", "my-region")
    path.write_text(edited)
    done = netkit("topo", command, REGION, "-o", path)
    assert done.returncode == ExitCode.UNKNOWN
    assert "changed since" in done.stderr
    assert path.read_text() == edited
    assert "my-region is good" in netkit("topo", "check", path).stdout


def test_a_format_without_comments_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.graph"
    first, again = (netkit("topo", "convert", REGION, "-o", path).returncode for _ in range(2))
    assert (first, again) == (ExitCode.OK, ExitCode.UNKNOWN)


def test_a_text_is_known_again() -> None:
    text = signed("netkit: topology/1\nname: 北京\n")
    assert is_signed(text)
    assert not is_signed(text + "\n")
    assert not is_signed(text.replace("name", "nome"))
    assert not any(is_own("") for is_own in (is_signed, is_document, is_page))


@pytest.mark.parametrize("option", ["--csv", "--interim"])
def test_what_is_added_to_goes_through_no_link(tmp_path: Path, option: str) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    done = netkit("probe", "send", "127.0.0.1:9", "-c", "1", "--timeout", "1ms", option, link)
    assert done.returncode == ExitCode.UNKNOWN
    assert "cannot write through a symbolic link" in done.stderr
    assert not target.exists()


@pytest.mark.parametrize("name", ["plan.json", "survive.json"])
def test_a_document_of_another_kind_is_kept(tmp_path: Path, name: str) -> None:
    """A drill took its time; a plan that is written over it by a slip costs that."""
    path = tmp_path / name
    for kind in ("drill", "plans", "summary"):
        path.write_text(held := f'{{\n "schema": "netkit/{kind}/1"\n}}\n')
        done = netkit(*COMMANDS[name], path)
        assert done.returncode == ExitCode.UNKNOWN
        assert f"{path}: will not be overwritten" in done.stderr
        assert path.read_text() == held


@pytest.mark.parametrize("command", [("plan",), ("plan", "survive"), ("advise",)])
def test_two_results_have_a_file_each(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "there").symlink_to(tmp_path)
    for other in (tmp_path / "one", tmp_path / "there" / ".." / tmp_path.name / "one"):
        done = netkit(*command, REGION, "-o", tmp_path / "one", "--html", other)
        assert done.returncode == ExitCode.UNKNOWN
        assert "two results cannot have one file" in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["there"]


def test_samples_and_lines_on_the_way_have_a_file_each(tmp_path: Path) -> None:
    path = tmp_path / "one"
    words = ("probe", "send", "127.0.0.1:9", "-c", "1", "--timeout", "1ms")
    done = netkit(*words, "--csv", path, "--interim", path)
    assert done.returncode == ExitCode.UNKNOWN
    assert "two results cannot have one file" in done.stderr
    assert not path.exists()
    device = netkit(*words, "--csv", "/dev/null", "--interim", "/dev/null")
    assert "two results" not in device.stderr


def test_lines_on_the_way_are_added_to_such_lines_alone(tmp_path: Path) -> None:
    path = tmp_path / "interim"
    words = ("probe", "send", "127.0.0.1:9", "-c", "1", "--timeout", "1ms", "--interim", path)
    for foreign in (
        "127.0.0.1 localhost\n",
        ",".join(SAMPLE_COLUMNS),
        '{"schema": "netkit/plan/1"',
    ):
        path.write_text(foreign)
        done = netkit(*words)
        assert done.returncode == ExitCode.UNKNOWN
        assert "--interim" in done.stderr
        assert path.read_text() == foreign
    for own in ("", '{"schema": "netkit/probe-interim/1", "time": "now"}\n'):
        path.write_text(own)
        assert "--interim" not in netkit(*words).stderr
        assert path.read_text() == own  # a run of a moment adds nothing
