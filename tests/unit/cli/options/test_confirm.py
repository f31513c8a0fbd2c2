"""What is said of a probation on the command line."""

import pytest

from netkit.cli.options.confirm import ConfirmOptions, confirm_seconds
from netkit.errors import InputError


@pytest.mark.parametrize("word", ["0", "0s", "-1s", "1m", "3601s", "", "1.5s"])
def test_what_is_no_time_is_refused(word):
    with pytest.raises(InputError, match="no time"):
        confirm_seconds(word)


def test_what_goes_with_a_measurement_alone_is_not_passed_over():
    assert ConfirmOptions(confirm="5s", clock_error_ms=1.0).asked
    assert not ConfirmOptions().asked
    for more in ({"reflector": ["a=::1"]}, {"clock_error_ms": 1.0}):
        with pytest.raises(InputError, match="--confirm beside it"):
            assert ConfirmOptions(**more).asked


def test_every_reflector_that_is_none_is_named():
    words = ["to-z=192.0.2.1", "to-z", "to-z=[2001:db8::1]:862", "to-y=2001:db8::1:0:zz"]
    options = ConfirmOptions(confirm="5s", reflector=words)
    with pytest.raises(InputError) as caught:
        options.confirming(None, "h")
    assert [one.value for one in caught.value.problems] == [words[0], words[1], words[3]]
