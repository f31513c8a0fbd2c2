"""Choosing what delays the links."""

from __future__ import annotations

import pytest

from netkit.errors import InputError, LabError, PrivilegeError
from netkit.lab.check import requirements
from netkit.lab.delay.choice import BackendName, choose_backend
from netkit.lab.delay.trials import Trial
from netkit.lab.kernel.netns import run_batch


def trials(*working):
    def trial(works):
        return lambda: Trial(works, "tried")

    return {name: trial(name in working) for name in BackendName}


@pytest.mark.parametrize(
    ("requested", "working", "chosen"),
    [
        ("auto", ("htb", "wire", "netem"), "wire"),
        ("auto", ("htb", "netem"), "htb"),
        ("auto", ("netem",), "netem"),
        ("netem", ("htb", "wire", "netem"), "netem"),
        ("wire", ("htb", "wire"), "wire"),
    ],
)
def test_what_works_and_was_asked_for_is_chosen(requested, working, chosen):
    assert choose_backend(requested, trials(*working)) == chosen


@pytest.mark.parametrize(
    ("requested", "working", "named"),
    [("auto", (), "wire: .*htb: .*netem: "), ("netem", ("htb", "wire"), "netem")],
)
def test_what_does_not_work_is_refused_with_its_reason(requested, working, named):
    with pytest.raises(LabError, match=f"{named}.*tried"):
        choose_backend(requested, trials(*working))


def test_another_word_is_refused():
    with pytest.raises(InputError, match="auto, wire, htb, netem"):
        choose_backend("magic")


def test_only_what_was_asked_for_is_tried():
    def never():
        raise AssertionError

    others = dict.fromkeys((BackendName.HTB, BackendName.NETEM), never)
    assert choose_backend("wire", trials("wire") | others)


FAIL_ON_BAD = (
    "while read -r line; do case $line in bad*) echo no such thing >&2; exit 1;; esac; done"
)
"""A stand-in for a command that does not tell which line it failed on."""


def test_a_failing_line_is_named_whether_the_command_tells_it_or_not():
    text = "good\nbad one\ngood\n"
    numbered = ("sh", "-c", "cat >/dev/null; echo 'Error: x. Command failed -:3' >&2; exit 1")
    assert "line 3: 'good': Error: x." in (run_batch(numbered, text) or "")
    nft = ("sh", "-c", "cat >/dev/null; echo '/dev/stdin:1:1-4: Error: y' >&2; exit 1")
    assert "line 1: 'good': /dev/stdin" in (run_batch(nft, text) or "")
    assert "line 2: 'bad one': no such thing" in (run_batch(("sh", "-c", FAIL_ON_BAD), text) or "")
    silent = ("sh", "-c", "cat >/dev/null; exit 7")
    assert (run_batch(silent, "") or "").endswith(": exit status 7")
    assert run_batch(("sh", "-c", FAIL_ON_BAD), "good\n") is None


OUT_OF_MEMORY_AT_THREE = """
number=0
while IFS= read -r line; do
  number=$((number + 1))
  test -z "$line" && continue
  if [ "$line" = c ] && [ ! -e again ]; then
    touch again
    echo "RTNETLINK answers: Cannot allocate memory" >&2
    echo "Command failed -:$number" >&2
    exit 1
  fi
  echo "$number $line" >> done
done
"""
"""A stand-in for ``ip -batch -``, as iproute2 6.1 says it, on a kernel that has no memory once."""


def test_a_batch_goes_on_where_the_kernel_had_no_memory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_batch(("sh", "-c", OUT_OF_MEMORY_AT_THREE), "a\nb\nc\nd\n") is None
    assert (tmp_path / "done").read_text().split("\n") == ["1 a", "2 b", "3 c", "4 d", ""]


def test_a_kernel_that_never_has_memory_is_told_with_the_line(monkeypatch):
    monkeypatch.setattr("netkit.lab.kernel.netns._PAUSES_S", (0.0, 0.0))
    never = "cat >/dev/null; echo Cannot allocate memory >&2; echo Command failed -:2 >&2; exit 1"
    said = run_batch(("sh", "-c", never), "a\nb\n") or ""
    assert "line 2: 'b'" in said
    assert "Cannot allocate memory" in said


def test_without_root_the_lab_is_refused_before_anything_is_made(monkeypatch):
    monkeypatch.setattr(requirements.os, "geteuid", lambda: 1000)
    with pytest.raises(PrivilegeError, match="sudo"):
        requirements.require_lab()


def test_missing_commands_are_named_with_their_packages(monkeypatch):
    monkeypatch.setattr(requirements.os, "geteuid", lambda: 0)
    monkeypatch.setattr(requirements.shutil, "which", lambda name, path=None: None)
    with pytest.raises(LabError) as caught:
        requirements.require_lab()
    assert str(caught.value) == (
        "the lab needs mnexec, ip, bridge, tc, nft, ifconfig: apt-get install mininet; "
        "apt-get install iproute2; apt-get install nftables; apt-get install net-tools"
    )


def test_commands_outside_of_path_are_not_to_be_installed_again(monkeypatch):
    monkeypatch.setattr(requirements.os, "geteuid", lambda: 0)

    def which(name, path=None):
        return f"/usr/sbin/{name}" if path or name != "nft" else None

    monkeypatch.setattr(requirements.shutil, "which", which)
    with pytest.raises(LabError, match=r"^the lab needs nft: PATH=\$PATH:/usr/sbin$"):
        requirements.require_lab()
