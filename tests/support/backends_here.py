"""The delay backends that have to work here, and those that do beside."""

import os

from netkit.lab.delay.choice import TRIALS, BackendName

# What has to work here; of what else does not, there is nothing to test. A guest's kernel is known.
WANTED = os.environ.get("NETKIT_BACKENDS", "wire htb").split()
BACKENDS_HERE = [name for name in BackendName if name in WANTED or TRIALS[name]().works]
