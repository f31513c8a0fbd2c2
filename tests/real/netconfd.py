"""yuma123's netconfd of Debian 12 with the models of the IETF, behind SSH on loopback.

netconfd 2.13 loads the models but for one line of ietf-srv6-base, where it wants a prefix.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from ssh_netconf import ssh_server
from trees import tree_of
from yang import YANG

from netkit.apply.push.netconf.login import Login

_MODULES = ("ietf-stamp", "ietf-srv6-static", "ietf-sr-policy")
_SOCKET = "tmp/netconfd.sock"
_INSIDE = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/bin", "HOME=/tmp", "USER=root")


def tree_with_modules() -> Path:
    """A root tree with netconfd, and the models in it."""
    tree = tree_of("netconf")
    modules = tree / "opt/netkit-yang"
    shutil.rmtree(modules, ignore_errors=True)
    modules.mkdir(parents=True)
    for path in (*(YANG / "ietf/srv6").glob("*.yang"), *(YANG / "ietf/stamp").glob("*.yang")):
        text = path.read_text()
        if path.name.startswith("ietf-srv6-base"):
            text = re.sub(
                r"(derived-from-or-self\(\.\./type,\s*')(srv6-sid)", r"\1srv6-types:\2", text
            )
        (modules / path.name).write_text(text)
    return tree


@contextmanager
def daemon(tree: Path, folder: Path, *options: str):
    """A netconfd that runs; its log is in ``folder``."""
    (tree / _SOCKET).unlink(missing_ok=True)
    modules = "/opt/netkit-yang:/usr/share/yuma/modules"
    command = [
        "chroot", str(tree), *_INSIDE, f"YUMA_MODPATH={modules}", "netconfd", "--no-startup",
        "--superuser=root", "--access-control=off", "--target=candidate",
        f"--ncxserver-sockname=/{_SOCKET}", *(f"--module={one}" for one in _MODULES), *options,
    ]  # fmt: skip
    with (folder / "netconfd.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 300
            while "Running netconfd" not in (folder / "netconfd.log").read_text():
                assert time.monotonic() < end, (folder / "netconfd.log").read_text()[-2000:]
                assert process.poll() is None, (folder / "netconfd.log").read_text()[-2000:]
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def reached(tree: Path, folder: Path, **how):
    """The way to the netconfd of ``tree`` that runs, as ssh_server has it."""
    subsystem = [
        "chroot", str(tree), *_INSIDE, "SSH_CONNECTION=127.0.0.1 1 127.0.0.1 830",
        "netconf-subsystem", f"--ncxserver-sockname=830@/{_SOCKET}",
    ]  # fmt: skip
    with ssh_server(folder, "root", subsystem, **how) as port:
        yield Login("root", "127.0.0.1", port, folder / "user", folder / "ssh_config")


@contextmanager
def server(tree: Path, folder: Path, *options: str):
    """A netconfd of its own, and how to log in."""
    with daemon(tree, folder, *options), reached(tree, folder) as login:
        yield login
