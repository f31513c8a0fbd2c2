"""netkit's backbones for Mininet's own command line.

    sudo .venv/bin/mn --custom mininet/backbones.py --topo region --controller none

Then, for instance: ``nodes``, ``links``, ``nanjing ip -6 route``, ``h-suzhou ping -c3 h-wuhu-dc``.
``--topo backbone,FILE`` takes any topology file of netkit; ``hosts=all|cities|clusters|none``,
``backend=auto|wire|htb|netem``, ``igp=static|staged|frr`` and ``profile=2023|2021|stretch`` may
follow any of them.
"""

from inspect import currentframe as _currentframe
from pathlib import Path as _Path

try:
    from netkit.lab import mininet_cli as _netkit
    from netkit.workflows.mininet import named_topologies as _named_topologies
except ImportError as _error:
    # Any other error would make Mininet clean up the labs of everybody.
    _text = f"netkit is not installed for this Python ({_error}); run .venv/bin/mn after make setup"
    raise SystemExit(_text) from _error

# Mininet takes its command line, and what it does after an error, from these names.
CLI = _netkit.BackboneCLI
cleanup = _netkit.leave

# Mininet runs this text without a __file__.
_HERE = _Path(_currentframe().f_code.co_filename).resolve().parent

topos = _named_topologies(
    _HERE.parent / "topologies",
    {
        "east": ("east-data-west-compute.yaml", "clusters"),
        "metro": ("lab-metro.yaml", "all"),
        "region": ("lab-region.yaml", "all"),
        "two-operators": ("lab-two-operators.yaml", "all"),
    },
    _netkit.tell,
)
