"""Variables of the environment that netkit looks at beside those that are defaults of options.

A test holds this list against every place in the code that reads one.
"""

from __future__ import annotations

from collections.abc import Mapping

from netkit.language.words import marked

OTHERS: Mapping[str, str] = {
    "NETKIT_CONFIG": marked("the configuration file, unless --config names one"),
    "NETKIT_STATE": marked("folder of journals and of the audit trail"),
    "NETKIT_ROOTS": marked("folder of the root trees of other FRR releases"),
    "XDG_CONFIG_HOME": marked("where the configuration file is looked for, in netkit/config.toml"),
    "XDG_STATE_HOME": marked("where state is kept by users other than root, in netkit/"),
    "XDG_CACHE_HOME": marked("where compiled code and downloads are kept, in netkit/"),
    "LC_ALL": marked("the language, where --lang does not say it; counts before LC_MESSAGES"),
    "LC_MESSAGES": marked("the language; counts before LANG"),
    "LANG": marked("the language"),
    "COLUMNS": marked("the width of tables"),
    "LINES": marked("the height of a terminal"),
    "TERM": marked("what the terminal can do; dumb: no colours"),
    "NO_COLOR": marked("no colours, where it is set and not empty"),
    "FORCE_COLOR": marked("colours in a pipe as well"),
    "SHELL": marked("what netkit lab exec runs where no command is given"),
    "SUDO_USER": marked("who the audit trail says it was, under sudo"),
    "NUMBA_CACHE_DIR": marked("where numba keeps compiled code, instead of the cache"),
    "NOTIFY_SOCKET": marked("where an agent tells systemd that it runs"),
    "WATCHDOG_USEC": marked("how often systemd wants to hear of an agent"),
    "PYTHONPATH": marked("is handed on to processes of a lab"),
    "NETKIT_LAB": marked("set for processes of a lab: whose it is"),
    "NETKIT_LAB_NAME": marked("set for processes of a lab: what it is called"),
    "NETKIT_LAB_NODE": marked("set for processes of a lab: the node they are on"),
    "NETKIT_LAB_SID_INDEX": marked("set for processes of a lab: the SID index of that node"),
    "NETKIT_ROUTING": marked("set for the holder of a lab's routing daemons"),
    "NETKIT_EVENT": marked("set for the command that alarms run: the id of the event"),
}
"""What each is for."""
