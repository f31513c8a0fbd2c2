"""A reflector that is started again in the middle of a run: nothing is mistaken for anything."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from stamp_path import EPOCH_NS, MS, SENDER, kernel

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.probe.kernel.addresses import resolve
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run.loop import run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.session import SenderSession

REFLECT = "from netkit.cli.main import main; main()"


def test_numbers_used_again_mix_up_neither_stamps_nor_losses() -> None:
    """Probes 0 to 9 meet one reflector, 10 to 19 the next; the reply to 13 is lost."""
    session = SenderSession(SessionConfig(count=20, interval_ns=20 * MS))
    session.begin(0)
    reflectors = (Reflector(), Reflector())
    for number in range(21):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        reflector = reflectors[number >= 10]
        t2_ns = EPOCH_NS + now_ns + MS
        reply = reflector.reflect(
            request.data, SENDER, kernel(t2_ns), 64, now_ns=now_ns, wall_ns=t2_ns
        )
        assert reply is not None
        reflector.transmitted(reply.key, reply.sequence, t2_ns + 1000)
        if number != 13:
            session.received(reply.data, kernel(t2_ns + MS), 64)
    samples = session.result(10**12).samples
    assert samples[13].outcome is Outcome.LOST
    stamped = [s for s in samples if s.t3 is not None and s.t3.source is StampSource.KERNEL]
    # the follow-ups of 9 and 12 went to the other reflector and with the lost reply
    assert [s.sequence for s in stamped] == [n for n in range(20) if n not in (9, 12, 13)]
    assert {s.backward_owd_ns for s in stamped} == {MS - 1000}


def start(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", REFLECT, "probe", "reflect", "--bind", "::1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_process_killed_and_started_again() -> None:
    """Until it is there the probes are refused; every probe ends as exactly one thing."""
    client = open_stamp_socket("::1")
    unused = open_stamp_socket("::1")
    port = unused.port
    unused.close()
    processes = [start(port)]
    # Broken off long before the end, however slowly the machine starts processes.
    config = SessionConfig(count=19_000, interval_ns=5 * MS)
    session = SenderSession(config)
    phases: list[int] = []

    def kill_and_start(_sent: int, _total: int) -> None:
        answered = session.snapshot(0).answered
        if len(processes) == 1 and answered >= 50:
            processes[0].kill()
            processes[0].wait()
            phases.append(answered)
            processes.append(start(port))
        elif len(processes) == 2 and answered >= phases[0] + 50:
            raise KeyboardInterrupt

    try:
        sender = SenderPort(session, client, resolve("::1", port))
        run = run_sessions([sender], deadline_s=100, on_progress=kill_and_start)
    finally:
        client.close()
        for process in processes:
            process.kill()
            process.wait()
    assert len(processes) == 2
    result = run.sessions[0]
    outcomes = Counter(sample.outcome for sample in result.samples)
    assert outcomes[Outcome.RECEIVED] >= phases[0] + 50
    assert outcomes[Outcome.REFUSED] > 0
    assert not outcomes[Outcome.LOST_FORWARD]
    assert not outcomes[Outcome.LOST_BACKWARD]
    delays = [sample.backward_owd_ns for sample in result.samples if sample.t3 is not None]
    assert all(delay is not None and delay >= 0 for delay in delays)
