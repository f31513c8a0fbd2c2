"""Examples in docstrings do what they show; a newcomer's first functions all have one."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest
from goldens import ROOT

FILES = sorted(
    path for path in (ROOT / "netkit").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")
)
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES]
WANTED = {
    "netkit.model.network.addressing",
    "netkit.model.network.derive",
    "netkit.model.network.geo",
    "netkit.model.srv6.encapsulation",
    "netkit.model.srv6.segment_list",
    "netkit.model.srv6.usid",
    "netkit.model.units",
    "netkit.model.verdict",
    "netkit.stats.delay",
    "netkit.stats.loss_patterns",
    "netkit.stats.reordering",
    "netkit.stats.running.sketch",
    "netkit.wire.srh",
    "netkit.wire.timestamps",
}


def test_the_first_files_that_one_reads_have_examples() -> None:
    assert set(MODULES) >= WANTED


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    module = import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    told: list[str] = []
    for example in doctest.DocTestFinder().find(module):
        runner.run(example, out=told.append)
    assert runner.tries > 0
    assert runner.failures == 0, "".join(told)
