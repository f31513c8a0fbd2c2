"""``disciplined_agent_process.py CAMPAIGN SITE STORE``: an agent on a host whose clock is held to a
microsecond, as those of all namespaces of one machine are against each other, whoever holds it."""

from __future__ import annotations

import agent_process

from netkit.model.measurement.clock import ClockReport
from netkit.probe.clock.this_host import ClockState
from netkit.probe.run.agent import agent

HELD = ClockState(synchronised=True, max_error_us=1)


def main() -> None:
    agent.clock_state = lambda: HELD
    agent.examine_clock = lambda: ClockReport((HELD.claim(),))
    agent_process.main()


if __name__ == "__main__":
    main()
