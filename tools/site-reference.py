"""What the documentation site has beside docs/: the reference, made from commands and code.

A hook of MkDocs (``mkdocs.yml``). Pages are made when the site is, and are in no folder before.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

from netkit import api

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

TOOLS = Path(__file__).resolve().parent


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that nobody writes."""
    pages = {"reference/commands.md": commands_page(), "reference/python.md": python_page()}
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def commands_page() -> str:
    """All commands, as tools/command-pages writes them, one folder down."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "commands.md")
        subprocess.run([sys.executable, TOOLS / "command-pages", "markdown", page], check=True)
        return page.read_text(encoding="utf-8").replace("](configuration", "](../configuration")


def python_page() -> str:
    """Everything in ``netkit.api`` that is its own: how it is called, and what it says."""
    parts = ["# Python: `netkit.api`", inspect.getdoc(api) or ""]
    for name, one in own_of_api().items():
        kind = "class " if inspect.isclass(one) else ""
        signature = str(inspect.signature(one)).replace(" -> ", "\n-> ")
        parts += [f"## {name}", f"```python\n{kind}{name}{signature}\n```"]
        parts.append(inspect.getdoc(one) or "")
    return "\n\n".join(parts) + "\n"


def own_of_api() -> dict[str, object]:
    """Public functions and classes that are written in ``netkit.api``, in their order there."""
    return {
        name: one
        for name, one in vars(api).items()
        if not name.startswith("_") and getattr(one, "__module__", None) == api.__name__
        and callable(one)
    }  # fmt: skip
