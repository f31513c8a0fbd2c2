"""What an owner answers, and that it goes on answering."""

from __future__ import annotations

import threading

import pytest
from waiting import until

from netkit.errors import LabError
from netkit.lab.kernel.marks import own_mark
from netkit.lab.running.door import ask, serve


def _no_room(_request):
    raise OSError(12, "Cannot allocate memory")


def test_a_request_that_the_machine_has_no_room_for_does_not_end_the_lab():
    handlers = {"full": _no_room, "status": lambda _: {"up": True}}
    served = threading.Thread(target=serve, args=(handlers,), daemon=True)
    served.start()
    mark = own_mark()
    _until_served(mark)
    with pytest.raises(LabError, match="Cannot allocate memory"):
        ask(mark, do="full")
    with pytest.raises(LabError, match="no such request"):
        ask(mark, do="nothing")
    assert ask(mark, do="status") == {"up": True}
    assert served.is_alive()


def _until_served(mark):
    def answers():
        try:
            return ask(mark, do="status")
        except LabError:
            return None

    until(answers, "the owner's socket")
