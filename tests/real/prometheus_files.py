"""What ships for Prometheus and Grafana: files, and the metrics that their expressions name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "probes" / "prometheus"
RULES = sorted(FOLDER.glob("*.rules.yml"))

_METRIC = re.compile(r"\bnetkit[a-z0-9_:]*[a-z0-9]\b(?!-)")


def dashboard() -> dict[str, Any]:
    return json.loads((FOLDER / "dashboard.json").read_text())


def dashboard_expressions() -> list[str]:
    """Those of all panels, with Grafana's variables as it would fill them in."""
    found = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    filled = {"$__rate_interval": "5m", "$campaign": ".*", "$src": ".*", "$dst": ".*"}
    for variable, text in filled.items():
        found = [one.replace(variable, text) for one in found]
    return found


def metrics_named(expression: str) -> set[str]:
    return set(_METRIC.findall(expression))
