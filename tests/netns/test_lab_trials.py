"""What is tried before a lab is booted, in real namespaces."""

from __future__ import annotations

import os
import subprocess

import pytest
from lab_topologies import needs_root
from waiting import until

from netkit.bpf import syscall
from netkit.errors import LabError
from netkit.lab.check.machine import can_run, examine
from netkit.lab.delay import trials
from netkit.lab.delay.in_kernel.trial import try_htb
from netkit.lab.delay.trials import try_commands, try_netem, try_wire
from netkit.lab.kernel.af_packet import open_packet_socket
from netkit.lab.kernel.marks import namespace_of
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.read_back import not_held
from netkit.lab.plant import IP_BATCH

pytestmark = [pytest.mark.netns, needs_root]


@pytest.fixture
def namespace():
    """A namespace that a sleeping process holds."""
    with subprocess.Popen(["unshare", "-n", "sleep", "600"]) as holder:
        try:
            home = namespace_of(os.getpid())
            until(lambda: namespace_of(holder.pid) not in (None, home), "a namespace of its own")
            held = Namespace(holder.pid, "scratch")
            yield held
            held.close()
        finally:
            holder.kill()


def test_the_wire_works_here_and_the_thread_stays_at_home():
    home = namespace_of(os.getpid())
    trial = try_wire()
    assert trial.works, trial.detail
    assert namespace_of(os.getpid()) == home


def test_the_kernel_is_believed_only_if_it_delays():
    """Like netem, not every kernel has all that it takes."""
    trial = try_htb()
    assert trial.works == trial.detail.endswith("at the median"), trial.detail


def test_a_kernel_without_bpf_is_no_delay_line(monkeypatch):
    monkeypatch.setitem(syscall.COMMANDS, "map create", 9999)
    trial = try_htb()
    assert not trial.works
    assert "map shapes: map create: Invalid argument" in trial.detail


def test_netem_is_believed_only_if_it_delays():
    trial = try_netem()
    assert trial.works == trial.detail.startswith("asked for 20 ms, measured 2"), trial.detail


def test_a_command_that_succeeds_without_any_delay_is_no_netem(monkeypatch):
    """``tc`` may report success and do nothing."""
    monkeypatch.setattr(trials, "TC", "true")
    measured = trials._frame_delay_ns
    monkeypatch.setattr(trials, "_frame_delay_ns", lambda _: measured("trial1"))
    tried = (try_netem() for _ in range(50))  # a busy machine may hold a frame for as long
    assert any(not one.works and "measured 0." in one.detail for one in tried)


SHORT = "link add sr0 type bridge\nlink set sr0 up\n"
ADJACENCY = "route add 5f00:0:1:e001::/64 encap seg6local action End.X nh6 fe80::1{} dev sr0\n"
USID = " flavors next-csid lblen 32 nflen 32"
LIST = "route add 2001:db8::/48 encap seg6 mode encap.red segs 5f00::1,5f00::2 dev sr0 table 100\n"


@pytest.mark.parametrize(
    ("did", "asked"),
    [
        (ADJACENCY.format(""), ADJACENCY.format(USID)),  # what Linux 6.1 does
        ("", ADJACENCY.format("")),
        (LIST.replace(".red", ""), LIST),
        (LIST.replace("::1,5f00::2", "::2,5f00::1"), LIST),
    ],
)
def test_what_the_kernel_holds_otherwise_is_told(namespace, did, asked):
    namespace.batch(IP_BATCH, SHORT + did)
    with namespace.entered():
        assert len(not_held(SHORT + asked)) == 1


def test_what_it_holds_as_set_is_not(namespace):
    text = SHORT + ADJACENCY.format(USID) + LIST
    namespace.batch(IP_BATCH, text)
    with namespace.entered():
        assert not_held(text) == []


def test_this_machine_is_examined_whole():
    needs = examine()
    assert can_run(needs), [need for need in needs if not need.present]
    assert {"root", "mnexec", "seg6", "nftables", "htb", "wire", "netem"} <= {n.name for n in needs}


def test_a_failed_trial_says_which_line():
    trial = try_commands(("ip", "-6", "-batch", "-"), "link set lo up\nroute add nonsense\n")
    assert not trial.works
    assert "line 2: 'route add nonsense'" in trial.detail


def test_batches_and_settings_act_inside_and_failures_name_the_place(namespace):
    home = namespace_of(os.getpid())
    namespace.batch(("ip", "-6", "-batch", "-"), "link set lo up\naddr add 2001:db8::7 dev lo\n")
    namespace.sysctl({"net/ipv6/conf/all/forwarding": "1"})
    with namespace.entered():
        shown = subprocess.run(["ip", "-6", "addr"], capture_output=True, text=True, check=True)
        assert "2001:db8::7" in shown.stdout
    with pytest.raises(LabError, match="scratch: ip -6 -batch -: line 1: 'addr add x dev lo'"):
        namespace.batch(("ip", "-6", "-batch", "-"), "addr add x dev lo\n")
    with pytest.raises(LabError, match="scratch: net/nonsense=1"):
        namespace.sysctl({"net/nonsense": "1"})
    with pytest.raises(ValueError, match="on the way"), namespace.entered():
        raise ValueError("on the way")
    assert namespace_of(os.getpid()) == home


def test_a_namespace_of_a_process_that_is_gone_is_refused():
    done = subprocess.Popen(["true"])
    done.wait()
    with pytest.raises(LabError, match=f"r1: its process {done.pid} is gone"):
        Namespace(done.pid, "r1")


def test_packets_in_a_namespace_are_not_seen_outside(namespace):
    with namespace.entered():
        opened = open_packet_socket()
    with opened, pytest.raises(BlockingIOError):
        opened.recv(1)
