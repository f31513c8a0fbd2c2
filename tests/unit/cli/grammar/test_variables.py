"""Every variable that the product reads is one that ``netkit config`` and its page name."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT
from screens import leaves

from netkit.cli.grammar.variables import OTHERS

PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
BY_LIBRARIES = {"LINES", "NO_COLOR", "FORCE_COLOR"}
"""What rich looks at by itself."""
ENVIRONMENT = re.compile(r"\b(environ|environment|getenv|variables)\b")


def read_in(path: Path) -> Iterator[str]:
    """The names of variables that a module asks an environment for; constants by their values."""
    text = path.read_text(encoding="utf-8")
    if not ENVIRONMENT.search(text):
        return
    for node in ast.walk(ast.parse(text)):
        for name in _asked(node):
            yield from _values(name, path)


def _asked(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr in ("get", "pop", "getenv") and _is_environment(node.func):
            yield node.args[0]
    elif isinstance(node, ast.Subscript) and _is_environment(node.value):
        yield node.slice
    elif isinstance(node, ast.Compare) and any(map(_is_environment, node.comparators)):
        yield node.left


def _is_environment(node: ast.AST) -> bool:
    return ENVIRONMENT.search(ast.unparse(node)) is not None


def _values(name: ast.expr, path: Path) -> Iterator[str]:
    if isinstance(name, ast.Constant):
        yield str(name.value)
    elif isinstance(name, ast.Name) and name.id.isupper():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield str(getattr(import_module(module), name.id))


def every_variable() -> set[str]:
    """All of the product, but for what runs in a guest that is no host of netkit's."""
    found = set()
    for path in sorted((ROOT / "netkit").rglob("*.py")):
        found |= {name for name in read_in(path) if name.isupper()}
    return found


def test_every_variable_that_is_read_is_listed_and_the_list_has_no_other():
    read = every_variable()
    assert {"NETKIT_STATE", "NETKIT_ROOTS", "NOTIFY_SOCKET", "XDG_CACHE_HOME"} <= read
    assert read <= set(OTHERS)
    source = "".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "netkit").rglob("*.py"))
        if path.name != "variables.py"
    )  # fmt: skip
    idle = {name for name in OTHERS if name not in BY_LIBRARIES and f'"{name}"' not in source}
    assert not idle


@pytest.mark.parametrize("name", OTHERS)
def test_the_page_names_each_with_its_meaning(name):
    assert f"| `{name}` | {OTHERS[name]} |" in PAGE


def test_config_lists_every_option_of_every_command(tmp_path):
    listed = json.loads(netkit("config", "--all", "--json", cwd=tmp_path).stdout)
    told = {name for one in listed["options"] for name in one["commands"]}
    assert {name.removesuffix(" pairs") for name in leaves()} <= told
    by_option = {}
    for one in listed["options"]:
        by_option.setdefault(one["option"], set()).update(one["commands"])
    assert "probe send" in by_option["interval"]
    assert "plan" in by_option["max-sids"]
    assert [one["name"] for one in listed["variables"]] == list(OTHERS)


def test_what_counts_is_told_with_its_place_and_no_password(tmp_path, monkeypatch):
    monkeypatch.setenv("NETKIT_PROBE_SEND_INTERVAL", "10ms")
    file = tmp_path / "own.toml"
    file.write_text('interval = "1s"\nstore = "postgresql://me:secret@db/x"\n', encoding="utf-8")
    done = netkit("--config", file, "config", "--json", cwd=tmp_path)
    assert "secret" not in done.stdout
    found = [one for one in json.loads(done.stdout)["options"] if one["option"] == "interval"]
    sources = {name: (one["value"], one["source"]) for one in found for name in one["commands"]}
    assert sources["probe send"] == ("10ms", "NETKIT_PROBE_SEND_INTERVAL")
    assert sources["watch"] == ("1s", str(file))
