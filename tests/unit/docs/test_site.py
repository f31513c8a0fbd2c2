"""The documentation site builds without a warning, and its pages load nothing from anywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from goldens import ROOT

LOADED = re.compile(r"<(?:script|img|iframe)[^>]* src=\"?([^\" >]+)|<link ([^>]*)>")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    mkdocs = Path(sys.executable).with_name("mkdocs")
    done = subprocess.run(
        [mkdocs, "build", "--strict", "-q", "-d", out], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return out


def test_every_page_is_there(site: Path) -> None:
    written = {one.relative_to(ROOT / "docs").with_suffix(".html")
               for one in (ROOT / "docs").rglob("*.md")}  # fmt: skip
    made = {Path("reference", "commands.html"), Path("reference", "python.html"), Path("404.html")}
    assert {one.relative_to(site) for one in site.rglob("*.html")} == written | made


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        for source, link in LOADED.findall(page.read_text(encoding="utf-8")):
            assert not re.search(r"(?:https?:)?//", source or link), f"{page}: {source or link}"
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//", style.read_text(encoding="utf-8"))


def test_chinese_pages_say_so_and_have_no_blanks_where_lines_end(site: Path) -> None:
    page = (site / "zh" / "tutorial.html").read_text(encoding="utf-8")
    assert re.search(r'<html lang="?zh-CN', page)
    assert not re.search(r"[\u4e00-\u9fff]\n[\u4e00-\u9fff]", page)
    assert re.search(r'<html lang="?en', (site / "tutorial.html").read_text(encoding="utf-8"))


def test_the_reference_is_made_of_commands_and_code(site: Path) -> None:
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert 'id="netkit-plan-survive"' in commands
    assert "--clock-error" in commands
    python = (site / "reference" / "python.html").read_text(encoding="utf-8")
    assert {"plan", "emit", "boot", "certify"} <= set(re.findall(r'<h2 id="(\w+)"', python))
    assert ":func:" not in python
