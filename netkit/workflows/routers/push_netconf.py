"""From an emitted ``<config>`` to a router that runs it, and the record of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.apply.push.netconf.capabilities import namespaces, subtree_filter
from netkit.apply.push.netconf.login import Login
from netkit.apply.push.netconf.operations import Session
from netkit.apply.push.netconf.replacing import replacing
from netkit.apply.push.netconf.transaction import PushedConfig, Wanted, push
from netkit.emit.common.xml import read_xml
from netkit.emit.read_files import RouterRead, read_saved
from netkit.emit.state_diff import Change, differences, in_lowest_terms, policy_words
from netkit.errors import ApplyError, InputError, Problem, did_you_mean
from netkit.files.reading.files import read_configuration
from netkit.model.router_state import CandidatePathState, RouterState, WeightedList
from netkit.store.made_from import made_from
from netkit.workflows.routers.audit import digest
from netkit.workflows.routers.story import Story

if TYPE_CHECKING:
    from netkit.apply.push.netconf.session import NetconfSession

_SUFFIX = ".xml"


@dataclass(frozen=True, slots=True)
class Config:
    """A ``<config>`` of one router, as text and as what it says, and the plan and topology of its
    ``origin``, as far as known."""

    router: str
    text: str
    read: RouterRead
    origin: Mapping[str, object] = field(default_factory=dict)


def config_of(path: Path, router: str | None, target: str | None = None) -> Config:
    """The XML of one router, in a folder that was emitted for a platform with NETCONF, or a file.

    Where the folder holds one router only, it need not be named. Raises InputError.
    """
    file = path if path.is_file() else _file(path, router)
    text = read_configuration(file)
    name = router or file.name.removesuffix(_SUFFIX)
    return Config(name, text, read_saved(text, name, str(file), target), made_from([file]))


def _file(folder: Path, router: str | None) -> Path:
    known = sorted(one.name.removesuffix(_SUFFIX) for one in folder.glob(f"*{_SUFFIX}"))
    if not known:
        raise InputError.single(
            "no configuration for NETCONF", value=folder, expected="files NAME.xml",
            remedy="Have them emitted for huawei, ietf, iosxr, junos or sros first",
        )  # fmt: skip
    name = known[0] if router is None and len(known) == 1 else router
    if name not in known:
        raise InputError.single(
            "which router this is" if name is None else "no such router", value=name,
            expected=f"one of {len(known)} in {folder}", field="router",
            remedy=None if name is None else did_you_mean(name, known),
        )  # fmt: skip
    return folder / f"{name}{_SUFFIX}"


def netconf(login: Login) -> AbstractContextManager[NetconfSession]:
    """A session. Raises ApplyError where ncclient is not installed or the router is not reached."""
    try:
        from netkit.apply.push.netconf.session import connected
    except ModuleNotFoundError as error:
        raise ApplyError(
            f"Python has no {error.name}. Run: pip install 'netkit-srv6[push]'"
        ) from None
    return connected(login)


def push_netconf(
    session: Session,
    config: Config,
    host: str,
    state: Path,
    *,
    confirm_seconds: int,
    dry_run: bool = False,
) -> PushedConfig:
    """Merge a configuration into that of a router, on probation until it was read back.

    Raises:
        InputError: what the router would have to be able to do, and cannot.
        ApplyError: the router is as it was, or says by when it will be.
        InForceError, InForceInterrupt: what stands already, a fault or Ctrl-C came after.
    """
    lacks = session.capabilities.missing(namespaces(config.text))
    if lacks:
        raise InputError(Problem(host, None, f"the router lacks {one}") for one in lacks)
    judge = _Judge(config)
    tops = [(one.name, one.namespace or "") for one in read_xml(config.text, config.router).inside]
    instead = replacing(config.text, config.read.target)
    wanted = Wanted(config.text, subtree_filter(tops), judge.unlike, instead)
    if dry_run:
        judge.unlike(session.running(wanted.subtrees))
        return PushedConfig(config.router, judge.last, judge.besides)
    told = {"router": config.router, "netconf": host, "configuration": digest(config.text)}
    facts = {**told, **config.origin}
    story = Story(state, "push", facts)
    changes: tuple[str, ...] = ()

    def before() -> None:
        nonlocal changes
        changes = judge.last
        story.begin(changes)

    with story.told():
        push(session, wanted, confirm_seconds, before, story.stands)
    return PushedConfig(config.router, changes, judge.besides)


class _Judge:
    """Compares what a router runs with what is wanted of it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.last: tuple[str, ...] = ()
        self.besides: tuple[str, ...] = ()

    def unlike(self, running: str) -> tuple[str, ...]:
        """What of the wanted is missing or otherwise; what is there besides is kept aside."""
        read = self._config.read
        try:
            held = read_saved(running, self._config.router, "what it runs", read.target)
        except InputError as error:
            self.last, self.besides = tuple(map(str, error.problems)), ()
            return self.last
        found = differences(in_lowest_terms(held.state), in_lowest_terms(read.state))
        wrong = [one for one in found if one.new is not None or _diverts(one, read.state)]
        self.last = tuple(map(_words, wrong))
        self.besides = tuple(_words(one) for one in found if one not in wrong)
        return self.last


def _diverts(one: Change, planned: RouterState) -> bool:
    """Is it there besides, and takes packets of a policy from the lists that are planned: a further
    list that shares them, or a path that is preferred to the planned ones?"""
    if not isinstance(one.old, CandidatePathState):
        return isinstance(one.old, WeightedList)
    own = (policy for policy in planned.policies if policy_words(policy) == one.part[0])
    return all(
        one.old.preference >= path.preference for policy in own for path in policy.candidate_paths
    )


def _words(one: Change) -> str:
    where = ", ".join(filter(None, one.part))
    return ": ".join(filter(None, (where, one.field)))
