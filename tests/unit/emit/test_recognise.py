"""Every file of every target is told from those of all others, however little it says."""

from __future__ import annotations

import pytest
from vendor_states import vendor_state

from netkit.emit.recognise import recognised
from netkit.emit.targets import TARGETS, dialect
from netkit.errors import InputError
from netkit.model.router_state import RouterState

FILES = [(name, suffix) for name in TARGETS for suffix in dialect(name).suffixes]


def written(target: str, suffix: str, state: RouterState) -> str:
    own = dialect(target)
    return own.render(own.carried(state))[suffix]


@pytest.mark.parametrize(("target", "suffix"), FILES)
def test_a_file_of_another_platform_is_refused_with_a_hint(target: str, suffix: str) -> None:
    text = written(target, suffix, vendor_state(usid=target != "huawei", cases=("backup",)))
    for own in (dialect(name) for name in TARGETS if name != target):
        for given in own.suffixes if own.whole else own.suffixes[:1]:
            with pytest.raises(InputError, match=f"It looks like {target}"):
                own.parse({given: text}, "lanzhou")


@pytest.mark.parametrize(("target", "suffix"), FILES)
def test_a_file_that_says_nothing_is_still_told(target: str, suffix: str) -> None:
    """Of a router whose SIDs are there already, and that is no headend. JSON has no comments."""
    text = written(target, suffix, RouterState("lanzhou"))
    assert recognised(text) == (None if text == "{}\n" else target)
