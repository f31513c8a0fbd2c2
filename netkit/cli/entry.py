"""Where the console script enters: from here on what ends the process shows no traceback.

That holds while all the rest is still loading, and until the process has ended::

    loading ── a signal ──> one line, exit code 3
    running ── a signal ──> KeyboardInterrupt, and what the command makes of it
    ending ─── a signal ──> ended at once, with the code that it was ending with
    Python itself ends ── a signal ──> nothing: it would be ended by that, without a code

Little is imported here, and nothing that Python has not read by then.
"""

from __future__ import annotations

import atexit
import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import NoReturn

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_STDERR = 2
_UNKNOWN = 3


def main() -> NoReturn:
    """Load the command and run it."""
    _on_signals(_interrupted)
    atexit.register(_on_signals, signal.SIG_IGN)  # what is registered first comes last
    try:
        from netkit.cli.main import main as run

        run()
    except KeyboardInterrupt:  # once more, while the first was being told
        _interrupted()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else _UNKNOWN
        _on_signals(lambda *_: os._exit(code))
        raise


def _on_signals(act: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    """What whoever started this had it ignore, as nohup does with SIGHUP, stays ignored."""
    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, act)


def _interrupted(*_: object) -> NoReturn:
    """Nothing is open yet, and threads of libraries half loaded need no goodbye."""
    try:
        os.write(_STDERR, b"netkit: interrupted\n")
    finally:
        os._exit(_UNKNOWN)
