"""Which lab is meant."""

import os

import pytest

from netkit.errors import InputError, LabError
from netkit.lab.kernel.marks import INDEX, LABEL, NODE, MarkedProcess, own_mark
from netkit.lab.running.finding import FoundLab, chosen_lab, found_labs

MARK = own_mark()


def process(pid, lab, **variables):
    return MarkedProcess(pid, MARK, lab, 1, variables)


def lab(name, number=1, *, stays=True):
    return FoundLab(MARK, number, name, (process(7, number, **{NODE: "r1"}),), stays)


def test_processes_are_put_together_by_owner_and_number():
    found = found_labs(
        [
            process(5, 1, **{LABEL: "one", NODE: "r1", INDEX: "3"}),
            process(4, 1, **{LABEL: "one", NODE: "r2"}),
            process(6, 2, **{LABEL: "two"}),
        ]
    )
    assert [(one.name, one.number, len(one.processes)) for one in found] == [
        ("one", 1, 2), ("two", 2, 1),
    ]  # fmt: skip
    assert not any(one.stays for one in found), "this test's process answers nobody"
    assert found[0].process_of("r2") == 4
    with pytest.raises(InputError, match="expected r1, r2"):
        found[0].process_of("r3")


def test_without_a_name_it_is_the_only_one_that_stays():
    stays = lab("one")
    assert chosen_lab([stays, lab("campaign", 2, stays=False)], None) is stays
    with pytest.raises(LabError, match="no lab is up"):
        chosen_lab([lab("campaign", stays=False)], None)
    with pytest.raises(InputError, match="several labs are up"):
        chosen_lab([lab("one"), lab("two", 2)], None)


def test_by_name_or_process_id_it_is_any():
    labs = [lab("one"), lab("two", 2, stays=False)]
    assert chosen_lab(labs, "two").name == "two"
    with pytest.raises(InputError, match="several labs are up"):
        chosen_lab(labs, str(os.getpid()))
    with pytest.raises(InputError, match="no such lab is up"):
        chosen_lab(labs, "three")
