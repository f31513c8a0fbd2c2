"""Pushing over NETCONF as a job: what is compared, said and recorded."""

from ipaddress import IPv6Address

import pytest

from netkit.apply.push.netconf.capabilities import Capabilities, namespaces
from netkit.emit.targets import dialect
from netkit.errors import ApplyError, InputError
from netkit.model.router_state import RouterState, StampReflector
from netkit.store.audit_log import entries
from netkit.store.state_folder import audit_path
from netkit.workflows.routers.push_netconf import config_of, push_netconf

IETF = dialect("ietf")
CAN = "urn:ietf:params:netconf:capability:"


def text(*senders):
    reflector = StampReflector(IPv6Address("5f00::1"), 862, tuple(map(IPv6Address, senders)))
    state = RouterState("a", reflectors=(reflector,) if senders else ())
    return IETF.render(IETF.carried(state))[".xml"]


class Router:
    """Runs what it is given, in the ``<data>`` of a reply."""

    def __init__(self, running, uris=()):
        self.now, self.edited, self.filters = running, None, []
        own = {CAN + one for one in ("candidate:1.0", "validate:1.1", "confirmed-commit:1.1")}
        self.capabilities = Capabilities(frozenset(own | set(uris)))

    def running(self, subtrees):
        self.filters.append(subtrees)
        return self._data(self.now)

    def candidate(self, _subtrees):
        return self._data(self.now if self.edited is None else self.edited)

    def _data(self, config):
        return config.replace("<config ", "<data ").replace("</config>", "</data>")

    def edit(self, config):
        self.edited = config

    def commit(self, confirm_seconds):
        self.now = self.edited

    def lock(self):
        pass

    unlock = validate = cancel = discard = lock


def config(folder, *senders):
    (folder / "a.xml").write_text(text(*senders))
    return config_of(folder, None)


def pushed(router, folder, own, **how):
    return push_netconf(router, own, "r1", folder / "state", confirm_seconds=30, **how)


def test_only_what_is_missing_is_told_and_what_is_besides_is_kept(tmp_path):
    own = config(tmp_path, "5f00::2")
    router = Router(text(), namespaces(own.text))
    first = pushed(router, tmp_path, own)
    assert (len(first.changes), first.besides) == (1, ())
    assert router.filters[0] == '<stamp xmlns="urn:ietf:params:xml:ns:yang:ietf-stamp"/>'
    assert not pushed(router, tmp_path, own).changes
    found = list(entries(audit_path(tmp_path / "state")))
    assert [(one["action"], one["outcome"]) for one in found] == [
        ("push", "begun"), ("push", "committed"),
    ]  # fmt: skip
    assert found[0]["changes"] == list(first.changes)
    assert (found[0]["netconf"], found[0]["router"]) == ("r1", "a")


def test_a_dry_run_edits_nothing(tmp_path):
    own = config(tmp_path, "5f00::2")
    router = Router(text(), namespaces(own.text))
    assert pushed(router, tmp_path, own, dry_run=True).changes
    assert router.edited is None
    assert not (tmp_path / "state").exists()


def test_accepted_and_not_there_is_recorded_as_taken_back(tmp_path):
    own = config(tmp_path, "5f00::2")
    router = Router(text(), namespaces(own.text))
    router.commit = lambda confirm_seconds: None
    with pytest.raises(ApplyError, match="accepted, and not what is there"):
        pushed(router, tmp_path, own)
    (*_, last) = entries(audit_path(tmp_path / "state"))
    assert (last["action"], last["outcome"]) == ("rollback", "done")
    assert "taken back" in last["why"]


def test_all_that_a_router_lacks_is_said_and_nothing_is_done(tmp_path):
    own = config(tmp_path, "5f00::2")
    router = Router(text())
    router.capabilities = Capabilities(frozenset())
    with pytest.raises(InputError) as refused:
        pushed(router, tmp_path, own)
    assert len(refused.value.problems) == 3 + len(namespaces(own.text))
    assert router.edited is None


def test_a_folder_without_xml_is_refused(tmp_path):
    with pytest.raises(InputError, match="no configuration for NETCONF"):
        config_of(tmp_path, None)
    config(tmp_path, "5f00::2")
    with pytest.raises(InputError, match="no such router"):
        config_of(tmp_path, "b")


SECRET = "$9$c4n4ry"


@pytest.mark.parametrize(
    "running",
    [
        text().replace("</config>", f'<user xmlns="urn:x">{SECRET}</user></config>'),
        f'<config xmlns="urn:n"><user xmlns="urn:x">{SECRET}</us',
        f"<config>{SECRET}",
        f'<user xmlns="urn:x">{SECRET}</user>',
    ],
)
def test_what_else_a_router_holds_is_neither_said_nor_recorded(tmp_path, running):
    own = config(tmp_path, "5f00::2")
    router = Router(running, namespaces(own.text))
    said = [str(pushed(router, tmp_path, own, dry_run=True))]
    router.commit = lambda confirm_seconds: None
    with pytest.raises(ApplyError) as told:
        pushed(router, tmp_path, own)
    said += [str(told.value), audit_path(tmp_path / "state").read_text()]
    assert SECRET not in "".join(said)
