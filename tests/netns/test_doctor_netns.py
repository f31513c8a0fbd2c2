"""``netkit doctor`` as root tries everything."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from lab_topologies import needs_root

pytestmark = [pytest.mark.netns, needs_root]


def test_everything_is_tried_and_the_code_fits() -> None:
    command = [sys.executable, "-c", "from netkit.cli.main import main; main()", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    document = json.loads(done.stdout)
    checks = {check["name"]: check for check in document["checks"]}
    missing = ", ".join(name for name, check in checks.items() if not check["present"])
    assert done.stderr == (f"netkit: missing: {missing}\n" if missing else "")
    assert {
        "kernel stamps, transmit",
        "SRv6 routes",
        "htb",
        "netem",
        "lab",
        "clock disciplined",
    } <= set(checks)
    assert document["can_measure"]
    assert checks["lab"]["present"], checks["lab"]
    assert done.returncode == (0 if all(check["present"] for check in checks.values()) else 1)
    assert document["all_good"] == (done.returncode == 0)
    assert all((check["remedy"] is None) == check["present"] for check in checks.values())
