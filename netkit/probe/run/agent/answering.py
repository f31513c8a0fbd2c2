"""The reflector of an agent: its sockets, the flows that it answers, and what changes in a plan.

The kernel answers nothing here: what agents send asks with TLVs, which its program leaves alone,
and every request has to be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from socket import AF_INET6

from netkit.errors import NetkitError, PrivilegeError
from netkit.model.measurement.clock import ClockReport
from netkit.model.measurement.window import Window
from netkit.probe.agent.reflected.arrivals import AnsweredFlows, plain_address
from netkit.probe.agent.windows import OwnClock
from netkit.probe.in_kernel.mode import KernelMode
from netkit.probe.kernel.addresses import interface_number
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.reflector.server import ReflectorServer
from netkit.probe.run.agent.names import AGAIN_NS, addresses_by_name
from netkit.probe.run.agent.plan import AgentPlan
from netkit.probe.run.reflecting.opening import ReflectOptions, open_reflectors
from netkit.wire.timestamps import ErrorEstimate


class Answering:
    """The ``servers`` of a site, on all of this host's addresses, and ``flows`` that they answer.

    Raises what opening a port raises. :meth:`close` it.
    """

    def __init__(self, plan: AgentPlan, clock: ClockReport) -> None:
        self.flows = AnsweredFlows(plan.answers)
        self.servers: Sequence[ReflectorServer] = ()
        self._counters: Counter[str] = Counter()
        self._stack = ExitStack()
        self._dropped: dict[int, int] = {}
        self._looked_ns, self._again_ns = 0, 0
        self._asked: Future[dict[str, frozenset[str]]] | None = None
        self._options, self._number = self._options_of(plan), 0
        self._trouble: str | None = None
        self._open(self._options, clock)

    def take(self, plan: AgentPlan, clock: ClockReport) -> tuple[list[Window], str | None]:
        """Go on as another plan wants it: the windows that this ends, and why it cannot be done.

        Limits change in place. Another port, interface or key takes other sockets, and ends every
        window; where they cannot be had, those that are there stay.
        """
        wanted = self._options_of(plan)
        made = self.flows.reconfigure(plan.answers)
        trouble = None
        if _place(wanted) != _place(self._options):
            made += self.flows.begin_anew()
            trouble = self._move(wanted, clock)
        port, interface, key = _place(self._options)
        self._options = replace(wanted, port=port, interface=interface, key=key)
        for server in self.servers:
            server.reflector.limit(wanted.source_rate, wanted.max_sessions)
            server.reflector.allow_returns(wanted.policy.returns)
        self._again_ns = 0
        return made, trouble

    def follow(self, clock: ClockReport) -> tuple[list[Window], str | None] | None:
        """Other sockets where the interface was made anew, as the old ones hear nothing, or where
        there are none; what :meth:`take` returns, None where all is as it was."""
        interface = self._options.interface
        number = interface_number(interface)
        if self.servers and number in (0, self._number):
            return None
        if interface is not None and not number:
            return None  # nothing can be had of it
        made = self.flows.begin_anew()
        before, trouble = self._trouble, self._move(self._options, clock)
        if trouble is not None and interface is not None:
            trouble = f"{interface} was made anew, and nobody is answered over it: {trouble}"
        self._number, self._trouble = number, trouble
        return made, None if trouble == before else trouble

    def claim(self, estimate: ErrorEstimate, clock: OwnClock) -> None:
        """What replies and windows say of this host's clock from now on."""
        self.flows.clock = clock
        for server in self.servers:
            server.reflector.error_estimate = estimate

    def look(self, now_ns: int, pool: ThreadPoolExecutor) -> None:
        """Once a second: what sockets had no room for; and once a minute what names stand for."""
        for server in self.servers:
            socket = server.socket
            dropped, before = socket.dropped, self._dropped.get(socket.fileno(), 0)
            if dropped > before:
                version = 6 if socket.family == AF_INET6 else 4
                self.flows.dropped(version, dropped - before, self._looked_ns, now_ns)
            self._dropped[socket.fileno()] = dropped
        self._looked_ns = now_ns
        if self._asked is not None and self._asked.done():
            self.flows.resolved(self._asked.result())
            self._asked = None
        if self._asked is None and now_ns >= self._again_ns:
            self._again_ns = now_ns + AGAIN_NS
            every = {one for flow in self.flows.flows for one in flow.addresses}
            names = [one for one in every if plain_address(one) is None]
            self._asked = pool.submit(addresses_by_name, names) if names else None

    @property
    def counters(self) -> dict[str, int]:
        """What the reflector has answered and refused, and which requests are in no window."""
        found = Counter(self._counters)
        for server in self.servers:
            found.update(server.reflector.counters)
        return {**found, **self.flows.counters}

    def close(self) -> None:
        """Close the sockets."""
        for server in self.servers:
            self._counters.update(server.reflector.counters)
        self.servers = ()
        self._dropped.clear()
        self._stack.close()

    def _options_of(self, plan: AgentPlan) -> ReflectOptions:
        return ReflectOptions(
            port=plan.site.port, interface=plan.site.interface, key=plan.hmac_key,
            source_rate=plan.source_rate, max_sessions=plan.sessions, kernel=KernelMode.OFF,
            arrivals=self.flows, policy=ReflectorPolicy(returns=plan.returns),
        )  # fmt: skip

    def _open(self, options: ReflectOptions, clock: ClockReport) -> None:
        number = interface_number(options.interface)
        with ExitStack() as stack:
            ports = open_reflectors(options, stack, clock).ports.values()
            opened = stack.pop_all()
        self.close()
        self._stack, self._options, self._number = opened, options, number
        self.servers = [ReflectorServer(port.reflector, port.socket) for port in ports]

    def _move(self, wanted: ReflectOptions, clock: ClockReport) -> str | None:
        """Other sockets; the old ones first give way where the new ones want their place.

        Not for want of a privilege: then the old ones could not be had again either.
        """
        before, in_the_way = self._options, False
        try:
            self._open(wanted, clock)
        except NetkitError as error:
            told = f"the reflector cannot change its port, interface or key, and stays: {error}"
            in_the_way = wanted.port == before.port and not isinstance(error, PrivilegeError)
        else:
            return None
        if not in_the_way:
            return told
        self.close()
        gone = told
        for options in (wanted, before):
            try:
                self._open(options, clock)
            except NetkitError as error:
                gone = f"nobody is answered until its port can be had again: {error}"
            else:
                return None if options is wanted else told
        self._options = wanted
        return gone


def _place(options: ReflectOptions) -> tuple[int, str | None, bytes | None]:
    return options.port, options.interface, options.key
