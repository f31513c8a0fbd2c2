"""Agents in namespaces, and what their stores say."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from agent_process import write_campaign
from netns_net import Net, net
from waiting import heard, running, until

from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import Window, WindowSelection
from netkit.store.windows.store import WindowStore, open_store

MS, S = 10**6, 10**9
EVERY = WindowSelection()
HERE = Site("a", ("2001:db8:5::1",), port=8620)
THERE = Site("b", ("2001:db8:5::2",), port=8621)
FLOW = CampaignFlow("be", "a", "b", 20 * MS, timeout_ns=200 * MS)
CAMPAIGN = FieldCampaign("mesh", (HERE, THERE), (FLOW,), window_ns=S)

_SCRIPT = Path(__file__).with_name("agent_process.py")
_DISCIPLINED = Path(__file__).with_name("disciplined_agent_process.py")
_STEPPED = Path(__file__).with_name("stepped_agent_process.py")


class Agent:
    """A running agent, and its store, which stays open for those who ask again and again."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, held: ExitStack) -> None:
        self.process, self.file, self.url = process, folder / "campaign.json", _url(folder)
        self._held = held

    @cached_property
    def _store(self) -> WindowStore:
        return self._held.enter_context(open_store(self.url))

    def stored(self, selection: WindowSelection = EVERY) -> list[Window]:
        return list(self._store.windows(selection))

    def windows(self, dst: str = "b") -> list[Window]:
        return self.stored(WindowSelection(src="a", dst=dst))

    def outcomes(self, dst: str = "b") -> Counter[Outcome]:
        found: Counter[Outcome] = Counter()
        for window in self.windows(dst):
            found.update(window.outcomes)
        return found

    def until(self, what: str, outcome: Outcome, more: int = 20, dst: str = "b") -> None:
        """Wait until so many more probes have ended so, in windows that are stored."""
        before = self.outcomes(dst)[outcome]
        until(lambda: self.outcomes(dst)[outcome] >= before + more, what)

    def hears(self, words: str) -> None:
        assert self.process.stderr is not None
        heard(self.process.stderr.fileno(), words.encode())

    def end(self) -> dict[str, object]:
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=300)
        assert self.process.returncode == 0
        return dict(json.loads(output))


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'windows.sqlite'}"


@contextmanager
def running_agent(
    made: Net, folder: Path, campaign: FieldCampaign, site: str = "a", node: str = "l",
    set_by_s: int | None = None, *, disciplined: bool = False,
) -> Iterator[Agent]:  # fmt: skip
    """The agent of a site in a namespace, from when it probes; its files are in ``folder``.

    Unless ``set_by_s`` is None, SIGUSR1 sets the clock of its host by so many seconds. One that is
    ``disciplined`` is known to a microsecond.
    """
    write_campaign(folder / "campaign.json", campaign)
    script = _DISCIPLINED if disciplined else _SCRIPT
    words = [sys.executable, str(script), str(folder / "campaign.json"), site, _url(folder)]
    if set_by_s is not None:
        words = [sys.executable, str(_STEPPED), *words[2:], str(set_by_s)]
    with ExitStack() as held, running(*made.at(node), *words, ready="probing with") as process:
        yield Agent(process, folder, held)


@contextmanager
def two_sites() -> Iterator[Net]:
    """Namespaces ``l`` of HERE and ``r`` of THERE, and a link between them."""
    with net() as made:
        made.node("l")
        made.node("r")
        made.link(("l", "e0", "2001:db8:5::1/64"), ("r", "e0", "2001:db8:5::2/64"))
        yield made
