"""What is said of a probation on the command line."""

import pytest

from netkit.cli.grammar.durations import duration
from netkit.cli.options.confirm import ConfirmOptions, whole_seconds
from netkit.errors import InputError

MS = duration("1ms", "--clock-error")


def test_routers_count_whole_seconds():
    assert whole_seconds(duration("1m", "--confirm")) == 60
    with pytest.raises(InputError, match="--confirm: 1500ms; expected whole seconds"):
        whole_seconds(duration("1.5s", "--confirm"))


def test_what_goes_with_a_measurement_alone_is_not_passed_over():
    assert ConfirmOptions(confirm=duration("5s", "--confirm"), clock_error=MS).asked
    assert not ConfirmOptions().asked
    for more in ({"reflector": ["a=::1"]}, {"clock_error": MS}):
        with pytest.raises(InputError, match="--confirm beside it"):
            assert ConfirmOptions(**more).asked


def test_every_reflector_that_is_none_is_named():
    words = ["to-z=192.0.2.1", "to-z", "to-z=[2001:db8::1]:862", "to-y=2001:db8::1:0:zz"]
    options = ConfirmOptions(confirm=duration("5s", "--confirm"), reflector=words)
    with pytest.raises(InputError) as caught:
        options.confirming(None, "h")
    assert [one.value for one in caught.value.problems] == [words[0], words[1], words[3]]
