"""Every command and every line of Python in README.md, and every command of the pages, run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from goldens import ROOT
from readme import blocks, prints_as_shown, shown

COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
PAGES = [page.name for page in sorted((ROOT / "docs").glob("*.md"))]
PAGES_WITH_COMMANDS = [name for name in PAGES if blocks("sh", f"docs/{name}")]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like the source tree; what commands write stays out of the real one."""
    for name in ("topologies", "probes"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str, checkout: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(
        ["sh", "-ec", command], cwd=checkout, env={**os.environ, "PATH": path}, check=True
    )


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS)
def test_pages(page: str, checkout: Path) -> None:
    """Each block in one shell: later lines use what earlier ones wrote."""
    for block in blocks("sh", f"docs/{page}"):
        test_commands(block, checkout)


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

    for page in (ROOT / "README.md", *sorted(ROOT.glob("*/README.md")), *ROOT.glob("docs/*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"
