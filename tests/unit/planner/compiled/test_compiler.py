"""Where machine code is kept, when it is used, and that all of it can be made in advance."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import netkit
from netkit.planner.compiled import compiler

PACKAGE = Path(netkit.__file__).parent
ROOM = PACKAGE / "planner" / "compiled"
NATIONAL = str(PACKAGE.parent / "topologies" / "east-data-west-compute.yaml")
ENOUGH = compiler.REPAYING


@pytest.fixture(autouse=True)
def looked_up_anew() -> Iterator[None]:
    compiler._folder.cache_clear()
    yield
    compiler._folder.cache_clear()


@pytest.fixture
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(compiler, "available", lambda: True)
    return tmp_path / "netkit" / "compiled"


def test_what_plain_code_does_sooner_runs_plain(kept_in: Path) -> None:
    assert not compiler.repays(ENOUGH)
    assert compiler.repays(compiler.REPAYING_COLD)
    compiler.made()
    assert compiler.repays(ENOUGH)
    assert not compiler.repays(ENOUGH - 1)


def test_a_small_plan_makes_no_folder(kept_in: Path) -> None:
    assert not compiler.repays(ENOUGH - 1)
    assert not kept_in.exists()


def test_other_sources_have_another_folder(kept_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler.made()
    monkeypatch.setattr(compiler, "_version", lambda: "later")
    compiler._folder.cache_clear()
    assert not compiler.warm()


def test_without_a_compiler_it_never_repays(kept_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "available", lambda: False)
    assert not compiler.repays(10**9)


@pytest.mark.parametrize("where", ["a file", "no home"])
def test_without_a_folder_nothing_is_kept(
    kept_in: Path, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if where == "a file":
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    else:
        monkeypatch.delenv("XDG_CACHE_HOME")

        def homeless() -> Path:
            raise RuntimeError

        monkeypatch.setattr(Path, "home", homeless)
    compiler.made()
    assert not compiler.warm()
    assert not compiler.repays(ENOUGH)


def test_inner_kernels_are_imported_by_no_other_room() -> None:
    """They have no way in from Python: a call from there would crash the process."""
    inner = {
        (f"netkit.planner.compiled.{file.stem}", node.name)
        for file in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(one, ast.Name) and one.id == "inner" for one in node.decorator_list)
    }
    assert len(inner) > 20
    imported = {
        (node.module, name.name)
        for file in PACKAGE.rglob("*.py")
        if file.parent != ROOM and "planner.compiled" in (text := file.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert not inner & imported


PLANNED = """
from joblib import parallel_config
from netkit.files.native.topology import load_topology
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.planner.compiled import compiler
from netkit.planner.plan import plan_demands
import sys
topology = load_topology(sys.argv[1])
names = [node.name for node in topology.active_nodes]
pairs = [(a, b) for a in names[:int(sys.argv[3])] for b in names[-20:] if a != b]
assert compiler.REPAYING < len(pairs) * len(names) < compiler.REPAYING_COLD
assert compiler.repays(len(pairs) * len(names)) == (sys.argv[2] == "warm")
with parallel_config(n_jobs=1):
    plan_demands(topology, tier_demands(topology, pairs, PROFILES["2023"]))
"""

WARMED_UP = """
import importlib, pkgutil
from netkit.planner import compiled, warm_up
from numba.core.dispatcher import Dispatcher

def kinds():
    modules = [importlib.import_module(f"{compiled.__name__}.{one.name}")
               for one in pkgutil.iter_modules(compiled.__path__)]
    kernels = {one for module in modules for one in vars(module).values()
               if isinstance(one, Dispatcher)}
    assert not [one for one in kernels if one.stats.cache_misses], "made, not taken from the folder"
    return {(one.py_func.__qualname__, kind) for one in kernels for kind in one.signatures}

warm_up.use_all()
warmed = kinds()
assert len({name for name, _ in warmed}) > 8
"""


def run(cache: Path, *args: str) -> None:
    given = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    given.pop("NUMBA_CACHE_DIR", None)
    subprocess.run([sys.executable, *args], env=given, check=True)


def test_all_that_a_plan_needs_is_made_in_advance(tmp_path: Path) -> None:
    """After the warm-up all is taken from the folder, and a national plan asks for no kind of code
    that the warm-up by itself does not. What set-up has made from nothing is made no second time:
    the folder is a copy of set-up's, or an empty one."""
    pytest.importorskip("numba")
    kept = compiler._folder()
    if kept is not None and compiler.warm():
        shutil.copytree(kept, tmp_path / "netkit" / "compiled" / kept.name)
    run(tmp_path, "-m", "netkit.planner.warm_up")
    run(tmp_path, "-c", f"{WARMED_UP}{PLANNED}assert kinds() == warmed\n", NATIONAL, "warm", "20")


def test_where_nothing_can_be_kept_plans_are_made_all_the_same(tmp_path: Path) -> None:
    """And where nothing is kept yet, nothing is made."""
    pytest.importorskip("numba")
    (tmp_path / "file").touch()
    for cache in (tmp_path / "file", tmp_path / "empty"):
        run(cache, "-c", PLANNED, NATIONAL, "cold", "8")
    assert not list(tmp_path.rglob("*.nbi"))
