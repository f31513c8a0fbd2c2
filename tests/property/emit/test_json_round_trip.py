"""The JSON of a state is read back equal, however its parts are ordered, and wrong values are told
with their lines."""

from __future__ import annotations

import json
import random

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import planned_states
from router_states import router_states

from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.json.dialect import DIALECT
from netkit.errors import InputError
from netkit.model.router_state import RouterState


def written(state: RouterState) -> str:
    (text,) = DIALECT.render(Carried(state)).values()
    return text


def read(text: str, router: str):
    return DIALECT.parse({".json": text}, router)


@settings(max_examples=examples(1_000), deadline=None)
@given(router_states())
def test_random_states(state: RouterState) -> None:
    text = written(state)
    assert DIALECT.exceeded(state, None) == ()
    assert DIALECT.carried(state) == Carried(state)
    parsed = read(text, state.router)
    assert parsed.state == state
    assert parsed.foreign == ()
    assert written(parsed.state) == text


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, 2**32))
def test_states_of_random_plans(seed: int) -> None:
    for name, state in planned_states(random.Random(seed)).items():
        carried = Carried(state, (LeftOut("a", "b"),))
        assert DIALECT.parse(DIALECT.render(carried), name).state == state


@settings(max_examples=examples(100), deadline=None)
@given(router_states(), st.randoms(use_true_random=False))
def test_parts_in_any_order(state: RouterState, rng: random.Random) -> None:
    document = json.loads(written(state))
    shuffle(document, rng)
    assert read(json.dumps(document), state.router).state == state


def shuffle(value: object, rng: random.Random) -> None:
    """Every list but those of segments, whose order is their meaning."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, list) and key != "segments":
            rng.shuffle(one)
        if isinstance(one, dict | list):
            shuffle(one, rng)


@settings(max_examples=examples(300), deadline=None)
@given(router_states(), st.data())
def test_a_wrong_value_is_told_with_its_line(state: RouterState, data: st.DataObject) -> None:
    lines = written(state).splitlines()
    of = [number for number, line in enumerate(lines, start=1) if line.rstrip(",").endswith('"')]
    number = data.draw(st.sampled_from([n for n in of if '"router"' not in lines[n - 1]]))
    line = lines[number - 1]
    head, comma = line[: line.rindex('"', 0, line.rindex('"'))], "," if line[-1] == "," else ""
    lines[number - 1] = f"{head}{{}}{comma}"
    with pytest.raises(InputError) as refused:
        read("\n".join(lines), state.router)
    assert [problem.line for problem in refused.value.problems] == [
        1 if '"schema"' in line else number
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("# r1: SRv6\nroute add a encap seg6local b\n", "It looks like linux"),
        ("[]", "expected a document of schema netkit/router-state/1"),
        ('{"schema": "netkit/plan/1"}', "netkit/plan/1"),
        ('{"schema": "netkit/router-state/1"}', "r1.json:1: router: 'nothing'"),
        ('{"schema": "netkit/router-state/1", "router": "r2"}', "the state of another router"),
        ('{"schema": "netkit/router-state/1", "router": "r1", "router": "r1"}', "a key twice"),
    ],
)
def test_other_documents_are_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told.replace("[", r"\[")):
        read(text, "r1")


def test_keys_without_a_field_are_foreign() -> None:
    text = '{"schema": "netkit/router-state/1",\n "router": "r1",\n "note": {"by": "me"}\n}'
    parsed = read(text, "r1")
    assert parsed.state == RouterState("r1")
    assert [(one.line, one.text) for one in parsed.foreign] == [(3, "note")]
