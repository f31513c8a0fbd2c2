"""FRR, SONiC and the models of the IETF: what they can say comes back equal, and no text breaks
their parsers."""

from __future__ import annotations

import random

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from router_states import router_states
from vendor_states import vendor_state

from netkit.emit.frr.dialect import FrrDialect
from netkit.emit.frr.grammar import GRAMMARS
from netkit.emit.ietf.dialect import DIALECT as IETF
from netkit.emit.sonic.dialect import DIALECT as SONIC
from netkit.errors import InputError

DIALECTS = {
    "frr": tuple(FrrDialect(grammar) for grammar in GRAMMARS),
    "sonic": (SONIC,),
    "ietf": (IETF,),
}
"""By target, one for each version that says things differently."""

EVERY = tuple(one for versions in DIALECTS.values() for one in versions)


def round_trip(dialect, state):
    carried = dialect.carried(state)
    files = dialect.render(carried)
    assert files == dialect.render(dialect.carried(state))
    parsed = dialect.parse(files, state.router)
    assert parsed.state == carried.state
    assert parsed.foreign == ()
    assert dialect.carried(carried.state).state == carried.state


@pytest.mark.parametrize("quarter", range(4))
@settings(max_examples=examples(250), deadline=None)
@given(state=router_states())
def test_random_states(quarter, state):
    """A thousand of them, in parts that share the processors."""
    for dialect in EVERY:
        round_trip(dialect, state)


def written(dialect, suffix: str) -> str:
    cases = ("weighted", "backup", "binding", "ipv4", "flex")
    state = vendor_state(usid=dialect is not IETF, cases=cases)
    return dialect.render(dialect.carried(state))[suffix]


FILES = [(name, suffix) for name, own in DIALECTS.items() for suffix in own[-1].suffixes]


@pytest.mark.parametrize(("target", "suffix"), FILES)
@settings(max_examples=examples(300), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_damaged_files_are_read_or_refused_with_a_place(target, suffix, seed):
    """Words and lines lost, doubled, exchanged and spoilt; never another error."""
    rng, dialect = random.Random(seed), DIALECTS[target][-1]
    text = damaged(rng, written(dialect, suffix))
    try:
        dialect.parse({suffix: text}, "lanzhou")
    except InputError as error:
        places = {one.file for one in error.problems}
    else:
        return
    assert places == {f"lanzhou{suffix}"}


def damaged(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(1, 6)):
        lines = text.split("\n")
        at = rng.randrange(len(lines))
        words = lines[at].split(" ")
        kind = rng.randrange(6)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, rng.choice(lines))
        elif kind == 2:
            lines[at] = " ".join(words[: rng.randint(0, len(words))])
        elif kind == 3:
            rng.shuffle(words)
            lines[at] = " ".join(words)
        elif kind == 4:
            spoilt = rng.choice(
                ("", "²", "-1", "9" * 30, "::/0", "\x00", "\ud7ff", "[", "{", "<a>")
            )
            words[rng.randrange(len(words))] = spoilt
            lines[at] = " ".join(words)
        else:
            text = "\n".join(lines)
            cut = rng.randrange(len(text) + 1)
            lines = (text[:cut] + text[cut + rng.randint(0, 9) :]).split("\n")
        text = "\n".join(lines)
    return text
