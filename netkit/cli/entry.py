"""Where the console script enters: Ctrl-C counts from here on, while the rest is still loading."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Load the command and run it."""
    try:
        from netkit.cli.main import main as run
    except KeyboardInterrupt:
        from netkit.errors import ExitCode

        print("netkit: interrupted", file=sys.stderr)  # noqa: T201
        # Nothing is open yet, and threads of libraries half loaded need no goodbye.
        os._exit(ExitCode.UNKNOWN)
    run()
