import json

import pytest
from command import netkit
from goldens import ROOT

from netkit.store.state_folder import audit_path, state_folder
from netkit.workflows.routers.audit import record


@pytest.fixture
def trail(tmp_path, monkeypatch):
    from datetime import UTC, datetime

    monkeypatch.setenv("NETKIT_STATE", str(tmp_path))
    for number in range(3):
        now = datetime(2026, 11, 28, 22, 0, number, tzinfo=UTC)
        record(tmp_path, "apply", {"router": f"r{number}", "changes": [{}]}, now=now)
    return audit_path(tmp_path)


def test_log_show_and_verify(trail):
    listed = netkit("audit", "log").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2", "3"]
    assert "r2  1 change  done" in listed[2]
    assert json.loads(netkit("audit", "show", "2").stdout)["router"] == "r1"
    document = json.loads(netkit("audit", "log", "--top", "2", "--json").stdout)
    assert [one["number"] for one in document["entries"]] == [2, 3]
    assert netkit("audit", "verify").returncode == 0


def test_an_altered_line_is_named_and_ends_with_2(trail):
    trail.write_text(trail.read_text().replace("r1", "rX"))
    done = netkit("audit", "verify")
    assert done.returncode == 2
    assert done.stderr.endswith(
        "audit.jsonl:2: this line does not follow from the line before it\n"
    )
    faults = json.loads(netkit("audit", "verify", "--json").stdout)["faults"]
    assert faults == [{"line": 2, "what": "does not follow from the line before it"}]


@pytest.mark.parametrize("text", ["{", "", None])
def test_a_head_that_is_none_or_gone_ends_with_2_as_other_alterations_do(trail, text):
    head = trail.with_name("audit.jsonl.head")
    head.unlink()
    if text is not None:
        head.write_text(text)
    done = netkit("audit", "verify", "--json")
    assert done.returncode == 2
    document = json.loads(done.stdout)
    assert document["faults"][0]["line"] == (1 if text is None else 4)
    assert (document["lines"] is None) == (text is not None)
    head.unlink(missing_ok=True)
    head.mkdir()
    assert netkit("audit", "verify").returncode == 3


def test_what_is_listed_of_an_altered_trail_is_said_to_be_nobodys_word(trail):
    assert netkit("audit", "log").stderr == ""
    trail.write_text(trail.read_text().replace("r1", "rX"))
    for words in (("log",), ("show", "3"), ("log", "--json")):
        done = netkit("audit", *words)
        assert done.returncode == 0
        assert "audit.jsonl:2: this line does not follow" in done.stderr
    trail.with_name("audit.jsonl.head").write_text("{")
    said = netkit("audit", "log").stderr
    assert "audit.jsonl:2: this line does not follow" in said


def test_what_is_not_there_is_said(trail, monkeypatch, tmp_path):
    assert "expected 1 to 3" in netkit("audit", "show", "9").stderr
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "none"))
    assert netkit("audit", "log").stdout == "netkit has recorded nothing yet\n"
    assert netkit("audit", "verify").returncode == 0


def test_the_state_folder_is_where_the_system_says(tmp_path):
    assert state_folder({"NETKIT_STATE": "/x"}, root=True, home=tmp_path).as_posix() == "/x"
    xdg = state_folder({"XDG_STATE_HOME": "/s"}, root=False, home=tmp_path)
    assert xdg.as_posix() == "/s/netkit"
    other = state_folder({"XDG_STATE_HOME": "relative"}, root=False, home=tmp_path)
    assert other == tmp_path / ".local/state/netkit"


def test_plan_and_emit_leave_a_line_each_and_the_same_plan_has_one_digest(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    file = ROOT / "topologies" / "lab-metro.yaml"
    assert netkit("plan", file).returncode == 0
    assert netkit("emit", file, "-o", tmp_path / "configs").returncode == 0
    planned, emitted = (json.loads(netkit("audit", "show", n).stdout) for n in ("1", "2"))
    assert (planned["action"], emitted["action"]) == ("plan", "emit")
    assert planned["plan"] == emitted["plan"]
    assert planned["topology_digest"] == emitted["topology_digest"]
    assert emitted["folder"] == str(tmp_path / "configs")


def test_a_plan_is_no_worse_for_a_trail_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "file"))
    done = netkit("plan", ROOT / "topologies" / "lab-metro.yaml")
    assert done.returncode == 0
    assert "note: not in the audit trail" in done.stderr


def test_a_trail_that_is_named_and_not_there_is_vouched_for_by_nobody(tmp_path):
    for words in ("log", "verify"):
        done = netkit("audit", words, "--trail", str(tmp_path / "mistyped.jsonl"))
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr.endswith("mistyped.jsonl: no audit trail is there\n")


def test_an_entry_of_other_hands_is_listed_as_one_line_of_words(trail):
    lines = trail.read_text().splitlines()
    hostile = {"action": "\x1b[2J\nroot  apply", "changes": 7, "time": 5, "why": ["x"]}
    lines[1] = lines[1][:65] + json.dumps(hostile)
    trail.write_text("\n".join(lines) + "\n")
    listed = netkit("audit", "log").stdout.splitlines()
    assert listed[1] == "    2  5  \\x1b[2J root  apply  ['x']"
    assert len(listed) == 3


def test_who_it_was_is_not_what_a_variable_says(tmp_path, monkeypatch):
    import os
    import pwd
    from datetime import UTC, datetime

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "mallory")
    record(tmp_path, "apply", {}, now=datetime(2026, 11, 28, tzinfo=UTC))
    own = netkit("audit", "show", "1", "--trail", str(audit_path(tmp_path)))
    assert json.loads(own.stdout)["who"] == pwd.getpwuid(os.getuid()).pw_name
