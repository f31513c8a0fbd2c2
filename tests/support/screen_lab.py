"""Commands about this machine and its labs: machine and labs are put in their place."""

from __future__ import annotations

from pathlib import Path

from drill_phases import phase
from screen_planning import METRO, REGION, files
from screens import NOW_NS, Case

from netkit.lab.check.requirements import Need
from netkit.lab.kernel.cleaning import CleanReport
from netkit.lab.kernel.marks import Mark
from netkit.lab.running.finding import FoundLab
from netkit.model.drills.result import (
    DirectionDrill,
    DrillResult,
    HappenedAt,
    Outage,
)
from netkit.model.drills.scenario import DrillPhase
from netkit.model.measurement.clock import ClockReport
from netkit.model.verdict import Verdict
from netkit.probe.clock.this_host import ClockState
from netkit.probe.kernel.abilities import Ability, KernelStamps

MARK = Mark(4242, 1)
FOUND = FoundLab(MARK, 1, "lab-metro", (), stays=True)
NOT_EMULATED = (
    "reserved bandwidth: the lab shapes no queues, so that what is planned over a link is not held "
    "back by what others send"
)
ANSWERS = {
    "status": {
        "up_since_s": NOW_NS / 1e9 - 1_260, "routers": 5, "links": 6, "hosts": 2, "backend": "wire",
        "igp": {"name": "frr"}, "boot_s": 3.2, "not_emulated": [NOT_EMULATED],
        "cut": [],
    },
    "cut": {"cut": ["xidan~wangjing", "xidan~yizhuang"]},
    "restore": {},
    "verify-igp": {
        "equal": False,
        "tables": {
            "ipv6": {"pairs": 20, "differ": 1, "differences": [
                {"src": "xidan", "dst": "yizhuang",
                 "planned_distance": 20, "planned_ports": ["eth1"],
                 "found_distance": 30, "found_ports": ["eth0", "eth2"]}]},
            "sids": {"pairs": 20, "differ": 0, "differences": []},
        },
        "advertised_otherwise": [],
    },
}  # fmt: skip


def ask(mark, *, do, **more):
    return ANSWERS[do]


LABS = {
    "netkit.lab.check.requirements.require_root": lambda: None,
    "netkit.lab.check.requirements.require_lab": lambda: None,
    "netkit.lab.running.finding.found_labs": lambda: [FOUND],
    "netkit.lab.running.door.ask": ask,
    "netkit.lab.running.background.take_down": lambda lab: None,
    "netkit.lab.running.background.boot_in_background": lambda words: FOUND,
}

NEEDS = [
    Need("root", True, "effective user id 0"),
    Need("Python package mininet", True, "installed"),
    Need("mnexec", False, "not found", "apt-get install mininet"),
    Need("seg6", True, "SRv6 encapsulation, and local SIDs of every behavior that the lab plants"),
    Need("uSID adjacencies", False, "RTNETLINK answers: Invalid argument", "Linux 6.6"),
    Need("netem", False, "Error: Specified qdisc kind is unknown.",
         "not needed: the others do without; to have it: modprobe sch_netem"),
]  # fmt: skip
MORE_NEEDS = [
    *NEEDS,
    Need("FRR", False, "not installed", "apt-get install frr; or FRR 10.3 from a root tree"),
]

STAMPS = KernelStamps(Ability(True, "on every packet"), Ability(True, "on every packet"))
CLOCK = ClockReport((ClockState(True, 250).claim(),))
CARDS = Ability(False, "no interface has them: eth0")
PORT = Ability(False, "Permission denied")
LIST = Ability(True, "a segment list was sent")
REFLECTOR = Ability(False, "CAP_BPF: missing")
MACHINE = {
    "netkit.probe.clock.this_host.examine_clock": lambda: CLOCK,
    "netkit.probe.kernel.abilities.try_kernel_stamps": lambda address: STAMPS,
    "netkit.probe.kernel.abilities.hardware_stamps": lambda: CARDS,
    "netkit.probe.kernel.abilities.try_stamp_port": lambda: PORT,
    "netkit.probe.kernel.abilities.try_segment_list": lambda: LIST,
    "netkit.probe.run.reflecting.kernel_ability.try_kernel_reflector": lambda: REFLECTOR,
    "netkit.lab.check.machine.examine": lambda: NEEDS,
}


PHASES = (
    phase(DrillPhase.BEFORE, (0, 1000), (50, 0), 2500, 2500, Verdict.PASS),
    phase(DrillPhase.OUTAGE, (1000, 1100), (5, 5), None, None, Verdict.BREACH, "xidan~wangjing"),
    phase(DrillPhase.REPAIR, (1100, 2000), (45, 0), 6460, 6461, Verdict.BREACH),
    phase(DrillPhase.RESTORED, (3000, 4000), (50, 0), 2500, 2500, Verdict.PASS),
)
WAYS = tuple(
    DirectionDrill(
        src, dst, 5000, True, 150, 5, 0, 0, PHASES,
        (Outage(1000, 98, 5, 98, DrillPhase.REPAIR),),
        ((500.0, 2500.0), (1050.0, None), (1500.0, 6460.0), (3500.0, 2500.0)),
    )
    for src, dst in (("yizhuang-dc-ct", "xidan-cm"), ("xidan-cm", "yizhuang-dc-ct"))
)  # fmt: skip
DRILL = DrillResult(
    "node-xidan", "A trunk goes", "Both ways are cut at once.", "lab-metro", "2023", "staged",
    "wire", 4000, 20, 1, {0: ("xidan~wangjing",)},
    (HappenedAt(DrillPhase.OUTAGE, 0, 1000, 1001), HappenedAt(DrillPhase.RESTORED, 1, 2500, 3000)),
    WAYS,
)  # fmt: skip

DRILLS = {
    "netkit.lab.check.requirements.require_lab": lambda: None,
    "netkit.workflows.drills.run.drill": lambda *asked: DRILL,
}

CAMPAIGN = """\
name: between
topology: {topology}
profile: "2023"
count: 10
interval_ms: 5
measure: [{{pairs: [{{src: qingpu-dc, dst: hangzhou}}, {{src: wuhu-dc, dst: hefei}}]}}]
"""


def campaigns(folder: Path) -> None:
    """A campaign in the lab, alone in its folder."""
    files(REGION)(folder)
    (folder / "asked").mkdir()
    text = CAMPAIGN.format(topology=f"../{REGION}")
    (folder / "asked" / "between.yaml").write_text(text, encoding="utf-8")


CLEANED = CleanReport((Mark(77, 5),), 12, 6, (), (), (MARK,))

CASES = {
    "doctor": Case(("doctor",), instead=MACHINE),
    "demo": Case(("demo", "--campaigns", "asked", "--no-lab"), campaigns),
    "lab run": Case(("lab", "run", "asked/between.yaml", "--no-lab"), campaigns),
    "lab up": Case(("lab", "up", METRO), files(METRO), LABS),
    "lab status": Case(("lab", "status"), instead=LABS),
    "lab down": Case(("lab", "down"), instead=LABS),
    "lab cut": Case(("lab", "cut", "xidan~wangjing", "xidan~yizhuang"), instead=LABS),
    "lab restore": Case(("lab", "restore"), instead=LABS),
    "lab verify-igp": Case(("lab", "verify-igp"), instead=LABS),
    "lab drill": Case(("lab", "drill", "metro/node-xidan"), instead=DRILLS),
    "lab check": Case(
        ("lab", "check"), instead={"netkit.workflows.labs.check.check": lambda: NEEDS}
    ),
    "lab doctor": Case(
        ("lab", "doctor"), instead={"netkit.workflows.labs.check.diagnose": lambda: MORE_NEEDS}
    ),
    "lab clean": Case(
        ("lab", "clean"),
        instead={
            "netkit.lab.check.requirements.require_root": lambda: None,
            "netkit.lab.kernel.cleaning.clean": lambda **how: CLEANED,
        },
    ),
}  # fmt: skip
