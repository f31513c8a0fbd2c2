"""Pushing over BGP as a job: the record of what is netkit's, and the audit trail."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

import pytest

from netkit.apply.push.bgp.records import Records
from netkit.emit.targets import dialect
from netkit.errors import ApplyError, InputError
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.store.audit_log import entries
from netkit.store.output_folder import output_folder
from netkit.store.state_folder import audit_path
from netkit.wire.bgp_sr_policy.values import Nlri
from netkit.workflows.routers.audit import digest
from netkit.workflows.routers.push import configuration_of, push_bgp, state_of

HEADEND, SERVER = IPv4Address("192.0.2.7"), "192.0.2.1:50051"


def path(preference):
    own = WeightedList(None, 1, (SegmentState(IPv6Address("5f00::3")),))
    return CandidatePathState(preference, (own,))


def router(name, *preferences):
    policy = PolicyState("p", 7, IPv6Address("5f00::2"), tuple(map(path, preferences)))
    return RouterState(name, policies=(policy,) if preferences else ())


class Speaker:
    """A table; ``on_record`` is what was on record at each announcement."""

    def __init__(self, records=None, name="a"):
        self.held, self.failing, self.on_record = {}, False, []
        self._records, self._name = records, name

    def table(self):
        return dict(self.held)

    def announce(self, announcement):
        if self._records is not None:
            self.on_record.append(announcement.nlri in self._records.of(self._name))
        if self.failing:
            raise ApplyError("down")
        self.held[announcement.nlri] = announcement

    def withdraw(self, nlri):
        self.held.pop(nlri, None)


def pushed(speaker, wanted, state, **how):
    return push_bgp(speaker, wanted, HEADEND, SERVER, state, **how)


def outcomes(state):
    return [(one["action"], one["outcome"]) for one in entries(audit_path(state))]


def test_the_trail_is_told_which_files_and_of_which_plan(tmp_path):
    folder = tmp_path / "states"
    with output_folder(folder, kind="configurations", of="small") as made:
        made.made_from = {"plan": "sha256:2"}
        for name in ("a", "b"):
            made.write(f"{name}.json", f"{name} says\n")
    told = configuration_of(folder, "a")
    assert told == {"configuration": digest("a says\n"), "plan": "sha256:2"}
    assert configuration_of(folder / "a.json", "a") == told
    pushed(Speaker(), router("a", 100), tmp_path, configuration=told)
    for one in entries(audit_path(tmp_path)):
        assert (one["configuration"], one["plan"]) == (told["configuration"], "sha256:2")


def test_what_is_announced_is_on_record_before_and_after(tmp_path):
    records = Records(tmp_path / "push", SERVER)
    speaker = Speaker(records)
    pushed(speaker, router("a", 200, 100), tmp_path)
    assert speaker.on_record == [True, True]
    assert records.of("a") == frozenset(speaker.held)
    pushed(speaker, router("a", 100), tmp_path)
    assert records.of("a") == frozenset(speaker.held)
    pushed(speaker, router("a"), tmp_path)
    assert not speaker.held
    assert not records.of("a")
    assert outcomes(tmp_path) == [("push", "begun"), ("push", "committed")] * 3


def test_routers_do_not_share_their_records(tmp_path):
    speaker = Speaker()
    pushed(speaker, router("a", 100), tmp_path)
    pushed(speaker, router("b", 100), tmp_path)
    pushed(speaker, router("a"), tmp_path)
    records = Records(tmp_path / "push", SERVER)
    assert records.of("b") == frozenset(speaker.held)
    assert Records(tmp_path / "push", "192.0.2.2:50051").of("b") == frozenset()


def test_a_push_that_failed_can_be_done_again(tmp_path):
    speaker = Speaker()
    speaker.failing = True
    with pytest.raises(ApplyError, match="down"):
        pushed(speaker, router("a", 100), tmp_path)
    assert outcomes(tmp_path) == [("push", "begun"), ("rollback", "done")]
    speaker.failing = False
    assert len(pushed(speaker, router("a", 100), tmp_path).plan.announce) == 1


def test_a_crash_in_between_leaves_nothing_that_is_nobodys(tmp_path):
    class Crash(Speaker):
        def announce(self, announcement):
            super().announce(announcement)
            raise SystemExit

        def withdraw(self, nlri):
            raise SystemExit

    speaker = Crash()
    with pytest.raises(SystemExit):
        pushed(speaker, router("a", 100), tmp_path)
    after = Speaker()
    after.held = speaker.held
    assert len(after.held) == 1
    pushed(after, router("a"), tmp_path)
    assert not after.held


def test_a_dry_run_and_a_second_push_write_nothing(tmp_path):
    speaker = Speaker()
    assert len(pushed(speaker, router("a", 100), tmp_path, dry_run=True).plan.announce) == 1
    assert not list(tmp_path.iterdir())
    pushed(speaker, router("a", 100), tmp_path)
    before = audit_path(tmp_path).read_bytes()
    assert pushed(speaker, router("a", 100), tmp_path).plan.empty
    assert audit_path(tmp_path).read_bytes() == before


def test_two_pushes_to_one_server_exclude_each_other(tmp_path):
    with (
        Records(tmp_path / "push", SERVER).alone(),
        pytest.raises(ApplyError, match=r"another netkit push to 192\.0\.2\.1:50051 is at work"),
    ):
        pushed(Speaker(), router("a", 100), tmp_path)
    pushed(Speaker(), router("a", 100), tmp_path)


def test_a_record_that_is_none_is_refused(tmp_path):
    records = Records(tmp_path, SERVER)
    records.put("a", [Nlri(1, 2, IPv6Address("::3"))])
    (file,) = tmp_path.iterdir()
    schema = '{"schema": "netkit/announced/1"'
    for text in (
        "{", "[]", "[" * 100_000, '{"schema": "netkit/other/1"}', schema + "}",
        schema + ', "routers": []}', schema + ', "routers": {"a": [{}]}}',
        schema + ', "routers": {"b": 7}}',
        file.read_text().replace("::3", "::x"),
    ):  # fmt: skip
        file.write_text(text)
        with pytest.raises(InputError, match="not a record of what netkit announced"):
            records.of("a")


def test_the_state_of_one_router_is_read_from_a_folder_or_a_file(tmp_path):
    own = dialect("json")
    for name in "ab":
        files = own.render(own.carried(replace(router(name, 100))))
        (tmp_path / f"{name}.json").write_text(files[".json"])
    assert state_of(tmp_path, "b").router == "b"
    assert state_of(tmp_path / "a.json", None).policies == router("a", 100).policies
    for name, said in ((None, "which router this is"), ("c", "no such router")):
        with pytest.raises(InputError, match=said):
            state_of(tmp_path, name)


def test_files_of_routers_whose_names_begin_alike_are_of_routers_of_their_own(tmp_path):
    """Announced as of one router, the second push would withdraw what the first announced."""
    own, named = dialect("linux"), []
    for name in ("pe1.bj", "pe1.sh"):
        text = own.render(own.carried(RouterState(name)))[".ip"]
        (tmp_path / f"{name}.ip").write_text(text)
        named.append(state_of(tmp_path / f"{name}.ip", None).router)
    assert named == ["pe1.bj", "pe1.sh"]
