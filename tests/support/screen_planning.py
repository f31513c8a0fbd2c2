"""Commands that read files alone: topologies, plans, demands."""

from __future__ import annotations

import shutil
from pathlib import Path

from goldens import ROOT
from screens import Case

TWO, REGION, METRO = "lab-two-operators.yaml", "lab-region.yaml", "lab-metro.yaml"
NATIONAL = "east-data-west-compute.yaml"
PAIR = ("qingpu-dc", "wuhu-dc")


def files(*names: str):
    """Puts shipped topologies into the folder."""

    def put(folder: Path) -> None:
        for name in names:
            shutil.copyfile(ROOT / "topologies" / name, folder / name)

    return put


def changed(folder: Path) -> None:
    """A topology, and the same with a cable that is longer and one that is gone."""
    files(REGION)(folder)
    lines = (folder / REGION).read_text(encoding="utf-8").splitlines(keepends=True)
    longer = [line.replace("length_km: 700", "length_km: 760") for line in lines]
    kept = [line for line in longer if "id: lateral" not in line]
    (folder / "new.yaml").write_text("".join(kept), encoding="utf-8")


def edges(folder: Path) -> None:
    """A list of edges, as from a spreadsheet."""
    text = "from,to,latency\nparis,lyon,2.4\nlyon,marseille,1.6\nparis,marseille,4.4\n"
    (folder / "links.csv").write_text(text, encoding="utf-8")


ALL = (TWO, "--pairs", "all")


def defaults(folder: Path) -> None:
    """A configuration file."""
    text = 'profile = "2021"\nstore = "postgresql://me:secret@db/netkit"\n[plan]\nmax-sids = 8\n'
    (folder / "own.toml").write_text(text, encoding="utf-8")


CASES = {
    "config": Case(
        ("--config", "own.toml", "config"), defaults,
        {"netkit.cli.commands.config.environ": {"NETKIT_LANG": "en", "NO_COLOR": "1"}},
    ),
    "plan pairs": Case(("plan", *ALL), files(TWO)),
    "plan survive": Case(("plan", "survive", *ALL), files(TWO)),
    "plan replay": Case(("plan", "replay", REGION, *PAIR), files(REGION)),
    "explain": Case(("explain", TWO, "shanghai-ct", "shanghai-cm"), files(TWO)),
    "detour": Case(("detour", *ALL, "--top", "5"), files(TWO)),
    "advise": Case(("advise", *ALL), files(TWO)),
    "place": Case(("place", TWO, "--workload", "regional"), files(TWO)),
    "topo show": Case(("topo", "show", REGION), files(REGION)),
    "topo nodes": Case(("topo", "nodes", REGION), files(REGION)),
    "topo check": Case(("topo", "check", TWO), files(TWO)),
    "topo import": Case(
        ("topo", "import", "links.csv", "--delay-unit", "ms", "-o", "own.yaml"), edges
    ),
    "topo convert": Case(("topo", "convert", REGION, "-o", "region.graph"), files(REGION)),
    "topo diff": Case(("topo", "diff", REGION, "new.yaml"), changed),
    "emit": Case(("emit", METRO, "-o", "configs"), files(METRO)),
    "diff": Case(("diff", REGION, "new.yaml"), changed),
    "report": Case(("report", "plan.json", "-o", "report.html"), lambda folder: planned(folder)),
}  # fmt: skip


def planned(folder: Path) -> None:
    """A plan of another day."""
    from command import netkit

    files(METRO)(folder)
    netkit("plan", METRO, "-o", "plan.json")
