"""An event to a command's standard input, no shell in between; exit code 0 says it was taken."""

from __future__ import annotations

import os
import subprocess

from netkit.model.monitoring.rules import Target
from netkit.model.units import NS_PER_S


def run(target: Target, event_id: str, text: str) -> str | None:
    """Run it once; ``NETKIT_EVENT`` has the id. Why it failed, or None."""
    environment = {**os.environ, "NETKIT_EVENT": event_id}
    timeout_s = target.timeout_ns / NS_PER_S
    try:
        done = subprocess.run(
            target.to, input=text.encode(), env=environment, timeout=timeout_s, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not done after {timeout_s:g} s"
    except OSError as error:
        return f"{target.to[0]}: {error.strerror or error}"
    said = done.stderr.decode(errors="replace").strip().split("\n")[-1]
    return None if done.returncode == 0 else f"exit code {done.returncode}: {said}"
