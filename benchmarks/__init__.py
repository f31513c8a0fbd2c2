"""Benchmarks: ``python -m benchmarks`` runs all, ``python -m benchmarks.NAME`` one of them.

They share their peers, meshes and wires with the tests, whose folder of support they import from.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))
