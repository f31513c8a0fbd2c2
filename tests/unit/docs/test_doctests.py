"""Examples in docstrings do what they show; a newcomer's first functions all have one."""

from __future__ import annotations

import doctest
from importlib import import_module
from types import FunctionType

import pytest
from goldens import ROOT

from netkit import api

FILES = sorted(
    path for path in (ROOT / "netkit").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")
)
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES]
WANTED = {
    "netkit.api",
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


def test_every_function_of_the_api_has_one_unless_it_boots_a_lab_or_needs_its_samples() -> None:
    functions = {name for name, value in vars(api).items() if value.__class__ is FunctionType}
    own = {
        name for name in functions & set(api.__all__) if vars(api)[name].__module__ == api.__name__
    }
    shown = {name for name in own if ">>> " in (vars(api)[name].__doc__ or "")}
    assert own - shown == {"boot", "certify", "measure", "run_campaign"}


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
