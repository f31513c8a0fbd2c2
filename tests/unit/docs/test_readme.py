"""Every command and every line of Python in README.md, and every command of the pages, run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT
from readme import (
    blocks,
    commands,
    files,
    looks_as_shown,
    prints_as_shown,
    sessions,
    shown,
)

from netkit.errors import ExitCode

COMMANDS = [command for block in blocks("sh") for command in commands(block)]
PAGES = [str(page.relative_to(ROOT / "docs")) for page in sorted((ROOT / "docs").rglob("*.md"))]
PAGES_WITH_SESSIONS = [name for name in PAGES if blocks("console", f"docs/{name}")]
PAGES_WITH_COMMANDS = [name for name in PAGES if blocks("sh", f"docs/{name}")]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like the source tree; what commands write stays out of the real one."""
    for name in ("topologies", "probes"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize(("command", "code"), COMMANDS, ids=str)
def test_commands(command: list[str], code: int, checkout: Path) -> None:
    name, *words = command
    assert name == "netkit"
    done = netkit(*words, cwd=checkout)
    if words == ["lab", "check"] and os.geteuid() != 0:
        code = ExitCode.UNKNOWN  # and says what is missing: to be root
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS)
def test_pages(page: str, checkout: Path) -> None:
    """Later lines use what earlier ones wrote, in the folder to which they went."""
    for block in blocks("sh", f"docs/{page}"):
        where = checkout
        for command, code in commands(block):
            if command[0] == "cd":
                where /= command[1]
            else:
                test_commands(command, code, where)


@pytest.mark.parametrize("page", PAGES_WITH_SESSIONS)
def test_sessions_print_what_pages_show(
    page: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of Chinese pages where people read them, in a Chinese locale."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8" if page.startswith("zh/") else "C.UTF-8")
    for name, text in files(f"docs/{page}").items():
        (checkout / name).write_text(text)
    for words, code, output in sessions(f"docs/{page}"):
        assert words[0] == "netkit"
        done = netkit(*words[1:], cwd=checkout, width=80)
        assert done.returncode == code, done.stderr
        # Notes on stderr may come before results or after them.
        printed = (done.stdout + done.stderr, done.stderr + done.stdout)
        right = any(looks_as_shown(output, one) for one in printed)
        assert right, f"{words}: shown is\n{output}\nprinted:\n{printed[0]}"


def test_chinese_pages_run_the_same_commands() -> None:
    for page in [name for name in PAGES_WITH_SESSIONS if name.startswith("zh/")]:
        english = page.removeprefix("zh/")
        here, there = (
            [(words, code) for words, code, _ in sessions(f"docs/{one}")] for one in (page, english)
        )
        assert here == there
        assert files(f"docs/{page}") == files(f"docs/{english}")


def test_a_line_of_the_readme_as_a_shell_runs_it(checkout: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    line = next(line for line in blocks("sh")[0].splitlines() if "|| test" in line)
    shell = ["sh", "-ec", line]
    subprocess.run(shell, cwd=checkout, env={**os.environ, "PATH": path}, check=True)


def test_python(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of the lab run in tests/lab/test_lab_loop.py."""
    monkeypatch.chdir(checkout)
    scope: dict[str, object] = {}
    plain = [block for block in blocks("python") if "boot" not in block]
    for block in plain:
        exec(block, scope)
        printed = capsys.readouterr().out
        assert prints_as_shown(block, printed), f"{shown(block)}is shown, and printed is\n{printed}"
    assert len(plain) == len(blocks("python")) - 1 == 3
    assert all(map(shown, plain))


def test_links_lead_somewhere() -> None:
    import re

    for page in (ROOT / "README.md", *sorted(ROOT.glob("*/README.md")), *ROOT.glob("docs/**/*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            made = "reference/" in target  # by tools/site-reference.py: see test_site.py
            assert made or (page.parent / target).exists(), f"{page}: {target}"
