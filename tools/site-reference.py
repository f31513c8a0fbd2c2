"""What the documentation site is beside docs/: the reference, made from commands and code; Chinese.

A hook of MkDocs (``mkdocs.yml``). Pages are made when the site is, and are in no folder before.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

from netkit import api

if TYPE_CHECKING:
    from collections.abc import Callable

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

CHINESE = "zh/"
JOINED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")
TOOLS = Path(__file__).resolve().parent


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that nobody writes."""
    pages = {"reference/commands.md": commands_page(), "reference/python.md": python_page()}
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Lines of Chinese are joined without the blank that a new line would become."""
    if not page.file.src_uri.startswith(CHINESE):
        return markdown
    parts = re.split(r"(^```.*?^```)", markdown, flags=re.DOTALL | re.MULTILINE)
    return "".join(one if one.startswith("```") else JOINED.sub("", one) for one in parts)


def on_post_page(output: str, page: Page, **_: object) -> str:
    """Chinese pages say that they are: voices and fonts go by it."""
    chinese = page.file.src_uri.startswith(CHINESE)
    return output.replace('<html lang="en"', '<html lang="zh-CN"', 1) if chinese else output


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
        parts += [f"## {name}", f"```python\n{kind}{name}{signature_text(one)}\n```"]
        parts.append(docstring_markdown(inspect.getdoc(one) or ""))
    return "\n\n".join(parts) + "\n"


def signature_text(one: Callable[..., object]) -> str:
    """A parameter a line, with types as they stand in the code."""
    signature = inspect.signature(one)
    params = list(signature.parameters.values())
    plain = [str(each.replace(annotation=each.empty)) for each in params]
    plain = [_typed(text, each) for text, each in zip(plain, params, strict=True)]
    at = next((n for n, each in enumerate(params) if each.kind is each.KEYWORD_ONLY), None)
    if at is not None and all(each.kind is not each.VAR_POSITIONAL for each in params):
        plain.insert(at, "*")
    returned = signature.return_annotation
    end = "" if returned is signature.empty else f" -> {returned}"
    inside = "".join(f"    {each},\n" for each in plain)
    return f"(\n{inside}){end}" if plain else f"(){end}"


def _typed(text: str, param: inspect.Parameter) -> str:
    """``name=default`` with its type between."""
    if param.annotation is param.empty:
        return text
    name, _, default = text.partition("=")
    return f"{name}: {param.annotation}" + (f" = {default}" if default else "")


def docstring_markdown(text: str) -> str:
    """Roles as plain code, and what is typed into Python as a block of it."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?([\w]+)`", r"`\1`", text).replace("``", "`")
    parts = text.split("\n\n")
    return "\n\n".join(f"```pycon\n{one}\n```" if one.startswith(">>>") else one for one in parts)


def own_of_api() -> dict[str, Callable[..., object]]:
    """Public functions and classes that are written in ``netkit.api``, in their order there."""
    return {
        name: one
        for name, one in vars(api).items()
        if not name.startswith("_") and getattr(one, "__module__", None) == api.__name__
        and callable(one)
    }  # fmt: skip
