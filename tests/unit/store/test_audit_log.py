import json
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest
from examples import enough

from netkit.errors import InputError
from netkit.store.audit_head import START, chained
from netkit.store.audit_log import append, entries, head, verify

HEAD = "trail.jsonl.head"


def trail(folder: Path, lines: int) -> Path:
    path = folder / "trail.jsonl"
    for number in range(lines):
        append(path, {"seq": number, "what": "apply", "router": f"哈尔滨-{number}"})
    return path


def altered(data: bytes, draw: random.Random) -> bytes:
    """One of the ways to alter a file, anywhere in it."""
    lines = data.splitlines(keepends=True)
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    place = draw.randrange(len(data))
    ways = {
        "bit": lambda: data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)])
        + data[place + 1 :],
        "cut": lambda: data[:place],
        "byte out": lambda: data[:place] + data[place + 1 :],
        "byte in": lambda: data[:place] + bytes([draw.randrange(256)]) + data[place:],
        "line out": lambda: b"".join(lines[:at] + lines[at + 1 :]),
        "line twice": lambda: b"".join(lines[: at + 1] + lines[at:]),
        "moved": lambda: b"".join(
            lines[other] if n == at else lines[at] if n == other else line
            for n, line in enumerate(lines)
        ),
        "added": lambda: data + lines[at],
    }  # fmt: skip
    return ways[draw.choice(sorted(ways))]()


def test_thousands_of_alterations_are_all_found_and_none_falsely(tmp_path):
    path = trail(tmp_path, 12)
    whole = path.read_bytes()
    draw = random.Random(20261128)
    tried = 0
    while tried < enough(3_500, 10_000):
        changed = altered(whole, draw)
        if changed != whole:
            tried += 1
            path.write_bytes(changed)
            assert verify(path), changed
    path.write_bytes(whole)
    assert verify(path) == ()
    assert [one["seq"] for one in entries(path)] == list(range(12))


def test_alterations_of_the_head_are_all_found_and_nothing_is_added(tmp_path):
    path = trail(tmp_path, 3)
    beside = tmp_path / HEAD
    whole, draw = beside.read_bytes(), random.Random(20261129)
    for _ in range(enough(700, 2_000)):
        changed = altered(whole, draw)
        beside.write_bytes(changed)
        assert (verify(path) == ()) is (changed == whole), changed
    assert len(path.read_bytes().splitlines()) == 3


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "[" * 100_000, "null\n", '{"lines": 1e400}', '{"lines": ' + "9" * 5_000 + "}",
     '{"lines": 3.0, "size_bytes": 3, "sha256": "", "announced": null}\n'],
)  # fmt: skip
def test_a_head_that_is_none_is_an_alteration_and_no_crash(tmp_path, text):
    path = trail(tmp_path, 3)
    (tmp_path / HEAD).write_text(text)
    what = "may be missing: trail.jsonl.head is no head of an audit trail"
    assert [(one.line, one.what) for one in verify(path)] == [(4, what)]
    assert head(path) is None
    with pytest.raises(InputError, match=r"trail\.jsonl\.head:1: .* is no head"):
        append(path, {"seq": 3})


def test_a_line_that_other_hands_have_announced_is_not_added(tmp_path):
    path = trail(tmp_path, 3)
    own = json.loads((tmp_path / HEAD).read_text())
    forged = own | {"announced": own["sha256"] + ' {"seq":3,"who":"root"}\n'}
    (tmp_path / HEAD).write_text(json.dumps(forged) + "\n")
    assert [one.line for one in verify(path)] == [4]
    with pytest.raises(InputError, match="is no head"):
        append(path, {"seq": 4})


def test_the_first_line_that_is_wrong_is_named_and_nothing_is_added_to_it(tmp_path):
    path = trail(tmp_path, 5)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    assert [(one.line, one.what) for one in verify(path)] == [
        (3, "does not follow from the line before it")
    ]
    with pytest.raises(InputError, match=r"trail\.jsonl:3"):
        append(path, {"seq": 5})
    path.write_bytes(b"".join(lines[:4]))
    assert [one.line for one in verify(path)] == [5]


def test_a_line_that_a_crash_cut_is_completed_by_the_next(tmp_path):
    path = trail(tmp_path, 2)
    before, ready = path.read_bytes(), (tmp_path / HEAD).read_bytes()
    append(path, {"seq": 2})
    third = path.read_bytes()[len(before) :]
    for cut in (0, 1, 30, len(third) - 1, len(third)):
        announced = ready.replace(b"null", b'"' + third.replace(b'"', b'\\"').replace(
            b"\n", b"\\n") + b'"')  # fmt: skip
        (tmp_path / HEAD).write_bytes(announced)
        path.write_bytes(before + third[:cut])
        assert verify(path) == (), cut
        append(path, {"seq": 3})
        assert [one["seq"] for one in entries(path)] == [0, 1, 2, 3]
        assert verify(path) == ()


def write_many(path: Path, worker: int, many: int) -> None:
    for number in range(many):
        append(path, {"worker": worker, "number": number})


def test_processes_that_append_at_once_keep_one_chain(tmp_path):
    path = tmp_path / "trail.jsonl"
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=write_many, args=(path, one, 25)) for one in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert verify(path) == ()
    assert head(path).lines == 100
    for one in range(4):
        own = [entry["number"] for entry in entries(path) if entry["worker"] == one]
        assert own == list(range(25))


def test_who_reads_while_others_append_accuses_nobody(tmp_path, monkeypatch):
    path = trail(tmp_path, 2)
    from netkit.store import audit_log

    read = audit_log._lines
    appended = iter(range(2, 5))

    def late(path: Path) -> list[bytes]:
        # An append between the head that was read and the lines that are read now.
        if (number := next(appended, None)) is not None:
            append(path, {"seq": number})
        return read(path)

    monkeypatch.setattr(audit_log, "_lines", late)
    assert verify(path) == ()
    assert next(appended, None) is None  # it was tried at each reading, until none came between
    assert len(list(entries(path))) == 5


def test_a_head_that_says_another_size_is_found(tmp_path):
    path = trail(tmp_path, 3)
    beside = tmp_path / HEAD
    own = json.loads(beside.read_text())
    beside.write_text(json.dumps(own | {"size_bytes": own["size_bytes"] - 1}) + "\n")
    assert [(one.line, one.what) for one in verify(path)] == [
        (3, "does not end where the head says")
    ]


def test_a_name_that_is_no_utf_8_is_recorded_and_read_back(tmp_path):
    path = tmp_path / "trail.jsonl"
    name = os.fsdecode(b"lab-\xff.yaml")
    append(path, {"file": name})
    assert [one["file"] for one in entries(path)] == [name]
    assert verify(path) == ()


@pytest.mark.parametrize("body", [b"[1]", b'"x"', b"7", b"[" * 100_000, b'{"a":"\xff"}'])
def test_a_line_that_is_no_entry_is_named(tmp_path, body):
    path = trail(tmp_path, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1][:65] + body + b"\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(InputError, match=r"trail\.jsonl:2: .* is (no entry|not JSON)"):
        list(entries(path))


def test_of_a_line_that_a_crash_has_cut_nothing_is_listed(tmp_path):
    path = trail(tmp_path, 2)
    path.write_bytes(path.read_bytes() + b'0123456789 {"seq"')
    assert [one["seq"] for one in entries(path)] == [0, 1]


def test_killed_at_random_moments_it_stays_one_chain(tmp_path):
    path = tmp_path / "trail.jsonl"
    draw = random.Random(9)
    fork = multiprocessing.get_context("fork")
    for one in range(30):
        worker = fork.Process(target=write_many, args=(path, one, 1000))
        worker.start()
        while not path.exists():
            time.sleep(0.001)
        time.sleep(draw.random() * 0.02)
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        assert verify(path) == (), one
        append(path, {"worker": -1, "number": one})
    assert verify(path) == ()
    assert [entry["number"] for entry in entries(path) if entry["worker"] == -1] == list(range(30))


def test_a_history_that_is_rewritten_before_an_announced_line_is_found(tmp_path):
    """A crash has left the head behind the line: what the head vouches for is still held to it."""
    path = trail(tmp_path, 3)
    before, ready = path.read_bytes(), (tmp_path / HEAD).read_bytes()
    append(path, {"seq": 3})
    last = path.read_bytes()[len(before) :]
    own = json.loads(ready) | {"announced": last.decode()}
    (tmp_path / HEAD).write_text(json.dumps(own, ensure_ascii=False) + "\n")
    assert verify(path) == ()
    forged, said = b"", START
    for line in before.splitlines():
        body = line.partition(b" ")[2].replace(b'"apply"', b'"APPLY"')
        said = chained(said, body)
        forged += said.encode() + b" " + body + b"\n"
    assert len(forged) == len(before)
    for cut in (last, last[:9]):
        path.write_bytes(forged + cut)
        assert [(one.line, one.what) for one in verify(path)] == [
            (3, "is not the last that netkit wrote before")
        ]
