"""One router of FRR, running until its input ends: its daemons, ``sr0`` and two ports.

``python3 frr_router.py OUT`` needs root, FRR and iproute2, and nothing else: it runs inside another
root tree, in namespaces of its own. It says ``ready`` when commands are taken.
"""

from __future__ import annotations

import sys
from pathlib import Path

from frr_files import Router

if __name__ == "__main__":
    with Router(Path(sys.argv[1])):
        print("ready", flush=True)
        sys.stdin.read()
