"""docs/architecture.md shows the layers that import-linter holds the house to."""

from __future__ import annotations

import re
import tomllib

from goldens import ROOT


def test_the_layers_are_those_of_the_contract() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)[0]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (one["layers"] for one in contracts if one.get("containers") == ["netkit"])
    assert shown.splitlines() == layers
