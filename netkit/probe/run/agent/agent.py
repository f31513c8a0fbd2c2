"""An agent from its start to its end: sockets, no privileges, the loop, signals, windows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic_ns

from netkit.errors import NetkitError, counted
from netkit.model.measurement.clock import ClockReport
from netkit.model.measurement.window import Window
from netkit.model.units import NS_PER_S
from netkit.probe.agent.engine import AgentEngine
from netkit.probe.agent.flow import FlowKey
from netkit.probe.agent.reflected.arrivals import AnsweredFlows
from netkit.probe.agent.windows import OwnClock
from netkit.probe.clock.reading import read_clocks
from netkit.probe.clock.this_host import clock_state, examine_clock, report_error_estimate
from netkit.probe.kernel.process import UNPRIVILEGED, drop_privileges, prompt_sleep
from netkit.probe.run.agent.answering import Answering
from netkit.probe.run.agent.lanes import Lanes
from netkit.probe.run.agent.loop import AgentLoop
from netkit.probe.run.agent.names import Names
from netkit.probe.run.agent.notify import Notifier
from netkit.probe.run.agent.plan import AgentPlan
from netkit.probe.run.agent.process import ended, signals, threads
from netkit.probe.run.agent.writer import Sink, WindowWriter

_CHORES_NS = NS_PER_S
_ASK_DAEMONS_NS = 60 * NS_PER_S
_LAST_WORDS_S = 10.0


@dataclass(frozen=True, slots=True)
class AgentOptions:
    """``user`` is whom root becomes once sockets are open, None: it stays root.

    ``reflects``: answer probes as well. ``say`` is told what an operator should know, a line each.
    ``beside`` starts a process that ends with the agent and returns its number; it is called
    without privileges, and before there are threads.
    """

    user: str | None = UNPRIVILEGED
    reflects: bool = True
    say: Callable[[str], None] = field(default=lambda _line: None)
    beside: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class AgentEnd:
    """What an agent has done: ``probes`` handed out, windows written, lost and left unwritten.

    Windows that were ``there_before`` are those whose name the store had already and keeps.
    ``counters`` count what belongs to no flow: packets by why they were ignored, and what the
    reflector did.
    """

    probes: int
    written: int
    lost: int
    left: int
    counters: Mapping[str, int]
    there_before: int = 0


def run_agent(
    plan: AgentPlan,
    sink: Callable[[], Sink],
    reread: Callable[[], AgentPlan],
    options: AgentOptions | None = None,
) -> AgentEnd:
    """Probe and answer until SIGTERM or Ctrl-C; the windows in progress are stored then.

    ``sink`` opens the store once privileges are given up. SIGHUP has ``reread`` called in a thread;
    flows that are the same go on as they are. If it raises :class:`NetkitError`, the old plan
    stays, and one message says why. Raises what opening a reflector's port raises.
    """
    options = options or AgentOptions()
    with ExitStack() as stack:
        answering = Answering(plan, examine_clock()) if options.reflects else None
        if answering is not None:
            stack.callback(answering.close)
        if options.user is not None:
            drop_privileges(options.user)
        if options.beside is not None:
            stack.enter_context(ended(options.beside()))
        kept = sink()
        taken = kept.taken(plan.site.name, read_clocks().utc_ns)
        writer = WindowWriter(kept)
        pool = stack.enter_context(threads())
        agent = _Agent(plan, reread, options, answering, writer, pool)
        stack.callback(agent.close)
        with prompt_sleep(), signals(agent):
            agent.run(taken)
        return agent.end()


class _Agent:
    def __init__(
        self,
        plan: AgentPlan,
        reread: Callable[[], AgentPlan],
        options: AgentOptions,
        answering: Answering | None,
        writer: WindowWriter,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._plan, self._reread, self._say = plan, reread, options.say
        self._answering, self._writer, self._pool = answering, writer, pool
        self._clock, self._asked_ns = ClockReport(()), 0
        self._asking: Future[ClockReport] | None = pool.submit(examine_clock)
        self._reading: Future[AgentPlan] | None = None
        self._told: str | None = None
        estimate = report_error_estimate(ClockReport((clock_state().claim(),)))
        self._engine = AgentEngine(plan.flows, estimate)
        self._lanes = Lanes(self._engine.fleet, plan.site.literals)
        self._names = Names(pool)
        answered = AnsweredFlows(()) if answering is None else answering.flows
        self._loop = AgentLoop(self._engine, self._lanes, answered, writer.put)
        self._loop.serve(() if answering is None else answering.servers)
        self._notifier = Notifier()
        self.stopping = self.reloading = False

    def run(self, taken: Collection[tuple[FlowKey, int]]) -> None:
        """Until :attr:`stopping`; flows whose window of now is ``taken`` begin with the next."""
        self._engine.begin(read_clocks(), taken)
        self._place()
        self._loop.set_pace()
        self._chores(monotonic_ns())
        self._notifier.ready(self._status())
        self._say(self._status())
        chores_ns = 0
        while not self.stopping:
            now_ns = self._loop.turn()
            if now_ns >= chores_ns or self.reloading:
                chores_ns = now_ns + _CHORES_NS
                self._chores(now_ns)

    def end(self) -> AgentEnd:
        """Store the windows in progress."""
        self._notifier.stopping()
        self._lanes.take_in()
        self._writer.put(self._engine.end(monotonic_ns()))
        counters = Counter(self._engine.fleet.counters)
        if self._answering is not None:
            self._writer.put(self._answering.flows.end())
            told = self._answering.counters.items()
            counters.update({f"reflector: {reason}": count for reason, count in told})
        left = self._writer.close(_LAST_WORDS_S)
        return AgentEnd(
            self._engine.fleet.probes, self._writer.written, self._writer.lost, left,
            dict(sorted(counters.items())), self._writer.there_before,
        )  # fmt: skip

    def close(self) -> None:
        """Close what is open."""
        self._loop.close()
        self._lanes.close()

    def _chores(self, now_ns: int) -> None:
        """What is done once a second."""
        self._notifier.alive(now_ns)
        self._lanes.look_for_drops(now_ns)
        if self._answering is not None:
            self._answering.look(now_ns, self._pool)
            anew = self._answering.follow(self._clock)
            if anew is not None:
                self._serve(*anew)
        self._place(self._lanes.renew())
        self._names.look_up(self._engine.fleet.flows, now_ns)
        for destination, address in self._names.found():
            for place, flow in enumerate(self._engine.fleet.flows):
                if flow.destination == destination:
                    self._lanes.place(place, address)
        self._look_at_clock(now_ns)
        self._look_at_plan()
        if self._writer.trouble != self._told:
            self._told = self._writer.trouble
            told = "windows no longer wait" if self._told is None else self._told
            self._say(told)

    def _look_at_clock(self, now_ns: int) -> None:
        """The kernel is asked each time, daemons once a minute."""
        if self._asking is not None and self._asking.done():
            self._clock, self._asked_ns = self._asking.result(), now_ns
            self._asking = None
        elif self._asking is None and now_ns >= self._asked_ns + _ASK_DAEMONS_NS:
            self._asking = self._pool.submit(examine_clock)
        newest = self._clock.with_kernel(clock_state().claim(), max(0, now_ns - self._asked_ns))
        estimate, error_ns = report_error_estimate(newest), newest.max_error_ns
        self._engine.fleet.roster.claim(estimate)
        self._engine.clock = OwnClock(math.inf if error_ns is None else error_ns, newest.source)
        if self._answering is not None:
            self._answering.claim(estimate, self._engine.clock)

    def _look_at_plan(self) -> None:
        """After SIGHUP the plan is read by a thread, and taken when it is there."""
        if self.reloading and self._reading is None:
            self.reloading = False
            self._notifier.reloading()
            self._reading = self._pool.submit(self._reread)
        if self._reading is None or not self._reading.done():
            return
        reading, self._reading = self._reading, None
        try:
            self._take(reading.result())
        except (NetkitError, OSError) as error:
            self._say(f"the campaigns stay as they were: {error}")
        self._notifier.ready(self._status())

    def _take(self, plan: AgentPlan) -> None:
        """Go on with another plan; only what changed is begun anew."""
        self._lanes.take_in()
        before = set(self._engine.fleet.flows)
        self._writer.put(self._engine.reconfigure(plan.flows, read_clocks()))
        self._lanes.forget_places()
        self._lanes.send_from(plan.site.literals)
        self._place()
        self._loop.set_pace()
        self._names.forget_time()
        if self._answering is not None:
            self._serve(*self._answering.take(plan, self._clock))
        self._plan = plan
        kept = len(before & set(plan.flows))
        self._say(f"{self._status()}; {kept} of them went on as they were")

    def _serve(self, made: Sequence[Window], trouble: str | None) -> None:
        """Answer by the sockets that there are now: windows that this ended, and what is wrong."""
        self._writer.put(made)
        self._loop.serve(() if self._answering is None else self._answering.servers)
        if trouble is not None:
            self._say(trouble)

    def _place(self, places: Iterable[int] | None = None) -> None:
        """Give every flow, or these, the address that is known."""
        flows = self._engine.fleet.flows
        for place in range(len(flows)) if places is None else places:
            self._lanes.place(place, self._names.known(flows[place].destination))

    def _status(self) -> str:
        flows = counted(len(self._engine.fleet.flows), "flow")
        return f"{self._plan.site.name}: probing with {flows}"
